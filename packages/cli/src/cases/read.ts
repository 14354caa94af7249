import { dirname, join } from "node:path";
import { collectProblems, readDocument, type ReplayOpening, type Written } from "@sallyport/core";
import { refuseCases } from "./problems.ts";
import { Reader } from "./reader.ts";
import { OPENING_KEYS, readOpening, Sessions } from "./sessions.ts";
import { Steps } from "./steps.ts";
import type { Case, Suite } from "./suite.ts";

const APPROVE = ["none", "all"] as const;

/** Who acts where a file says nothing of it. */
const SOMEONE: ReplayOpening = { principal: { id: "user" }, agent: { id: "agent" } };

/** What the file says for all its cases. */
interface Outer {
  readonly opening: ReplayOpening;
  readonly approve: Case["approve"];
}

/** Reads a file of cases strictly; throws a SallyportError (`invalid-input`) with everything that is wrong, each with its place. */
export function readSuite(text: string, file: string): Suite {
  const problems = collectProblems();
  const root =
    text.trim() === ""
      ? problems.report({ line: 1, column: 1 }, "the file is empty; it names a `policy` and its `cases`")
      : readDocument(text, problems.report);
  const suite = root === undefined ? undefined : readRoot(new Reader(problems.report), root, file);
  const found = problems.list();
  if (suite !== undefined && found.length === 0) return suite;
  return refuseCases(file, found);
}

function readRoot(reader: Reader, root: Written, file: string): Suite {
  const entries = reader.entries(root, ["policy", ...OPENING_KEYS, "approve", "cases"], "the file");
  const policy = reader.name(entries.get("policy"), root.at, "`policy`") ?? "";
  const outer: Outer = {
    opening: readOpening(reader, entries, SOMEONE),
    approve: reader.word(entries.get("approve"), APPROVE, "`approve`") ?? "none",
  };
  const names = new Set<string>();
  const cases = reader.items(entries.get("cases"), root.at, "`cases`").map((written) => {
    const found = readCase(reader, written, outer);
    if (names.has(found.name)) reader.report(written.at, `two cases are called \`${found.name}\``);
    names.add(found.name);
    return found;
  });
  const policyAt = entries.get("policy")?.value.at ?? root.at;
  return { file, policy: join(dirname(file), policy), policyAt, cases, mentions: reader.mentions };
}

function readCase(reader: Reader, written: Written, outer: Outer): Case {
  const entries = reader.entries(written, ["name", ...OPENING_KEYS, "approve", "sessions", "trace"], "a case");
  const name = reader.name(entries.get("name"), written.at, "`name` of a case") ?? "";
  const main = readOpening(reader, entries, outer.opening);
  const sessions = Sessions.read(reader, entries.get("sessions"), written.at, main);
  const items = reader.items(entries.get("trace"), written.at, "`trace` of a case");
  const steps = new Steps(reader, sessions, givenIds(items));
  const approve = reader.word(entries.get("approve"), APPROVE, "`approve`") ?? outer.approve;
  const read = items.flatMap((item) => steps.read(item));
  steps.checkReferences();
  return { name, at: written.at, approve, steps: read };
}

/** The ids that calls of a case are given in the file. */
function givenIds(items: readonly Written[]): ReadonlySet<string> {
  const under = (written: Written | undefined, key: string): Written | undefined =>
    written?.kind === "map" ? written.entries.find((entry) => entry.key === key)?.value : undefined;
  const ids = items.map((item) => under(under(item, "call"), "id"));
  return new Set(ids.flatMap((id) => (id?.kind === "scalar" && typeof id.value === "string" ? [id.value] : [])));
}
