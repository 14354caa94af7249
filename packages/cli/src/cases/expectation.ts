import { plain, type Written, type WrittenEntry } from "@sallyport/core";
import type { Reader } from "./reader.ts";
import type { Named } from "./suite.ts";

const KINDS = {
  call: ["decision", "rules", "reason", "args", "labels", "shadow", "errors"],
  verdict: ["status", "rules"],
  result: ["decision", "rules", "content"],
  message: ["decision", "rules", "reason"],
  output: ["decision", "rules", "text"],
} as const;

/** What an expectation can be about. */
export type Expected = keyof typeof KINDS;

const LISTS = ["rules", "labels", "shadow", "errors"];

const WORDS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  call: { decision: ["allow", "deny", "require_approval"] },
  verdict: { status: ["approved", "denied", "pending", "ignored"] },
  result: { decision: ["allow", "redact", "deny"] },
  message: { decision: ["allow", "deny"] },
  output: { decision: ["allow", "redact", "deny"] },
};

/** What a step expects of its call, of the verdict beside it and of the result beside it. */
export interface Expectations {
  readonly call?: Named;
  readonly verdict?: Named;
  readonly result?: Named;
}

/** Reads the `expect` of a call. */
export function readCallExpectations(reader: Reader, entry: WrittenEntry | undefined): Expectations {
  if (entry === undefined) return {};
  const entries = reader.entries(entry.value, [...KINDS.call, "verdict", "result"], "`expect`");
  const [verdict, result] = [entries.get("verdict"), entries.get("result")];
  const call = readNamed(
    reader,
    [...entries.values()].filter(({ key }) => key !== "verdict" && key !== "result"),
    "call",
  );
  return {
    ...(Object.keys(call).length === 0 ? {} : { call }),
    ...(verdict === undefined ? {} : { verdict: readExpectation(reader, verdict, "verdict") }),
    ...(result === undefined ? {} : { result: readExpectation(reader, result, "result") }),
  };
}

/** Reads the `expect` of anything but a call. */
export function readExpectation(reader: Reader, { value }: { readonly value: Written }, kind: Exclude<Expected, "call">): Named {
  return readNamed(
    reader,
    [...reader.entries(value, KINDS[kind], `\`expect\` of ${kind === "output" ? "an" : "a"} ${kind}`).values()],
    kind,
  );
}

function readNamed(reader: Reader, entries: readonly WrittenEntry[], kind: keyof typeof KINDS): Named {
  const named = entries.filter(({ key }) => KINDS[kind].some((known) => known === key));
  for (const entry of named) {
    const words = WORDS[kind]?.[entry.key];
    if (words !== undefined) reader.word(entry, words, `\`${entry.key}\``);
    if (LISTS.includes(entry.key)) reader.texts(entry, entry.key === "labels" ? "labels" : "rule ids");
  }
  return Object.fromEntries(named.map(({ key, value }) => [key, plain(value)]));
}
