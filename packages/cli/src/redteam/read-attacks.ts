import { collectProblems, didYouMean, readDocument, SallyportError, type Position, type Written } from "@sallyport/core";
import { Reader, type Entries } from "../cases/reader.ts";
import { KINDS, PARTS, SEVERITIES, type Attack, type CallStep, type Fill, type Step } from "./attack.ts";

const AIMS = { attack: "harm", use: "use", call: "way" } as const;
const SESSIONS = ["main", "helper"] as const;
/** How often a step may be repeated. */
const MOST_TIMES = 100;
const CALL_KEYS = ["to", "text", "number", "times", "session", "result", "error"];

/** Reads a file of attacks strictly; throws a SallyportError (`invalid-input`) with everything that is wrong, each with its place. */
export function readAttacks(text: string, file: string): readonly Attack[] {
  const problems = collectProblems();
  const root = readDocument(text, problems.report);
  const attacks = root === undefined ? [] : readFile(new Reader(problems.report), root);
  const found = problems.list();
  if (found.length === 0) return attacks;
  const lines = found.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
  throw new SallyportError("invalid-input", `the attacks cannot be read\n${lines.join("\n")}`);
}

function readFile(reader: Reader, root: Written): readonly Attack[] {
  const entries = reader.entries(root, ["family", "says", "attacks", "benign"], "the file");
  const family = reader.name(entries.get("family"), root.at, "`family`") ?? "";
  reader.name(entries.get("says"), root.at, "`says`");
  const aim = entries.has("benign") ? "use" : "harm";
  const list = entries.get(aim === "use" ? "benign" : "attacks");
  return reader.items(list, root.at, "`attacks`").map((item) => readAttack(reader, item, family, aim));
}

function readAttack(reader: Reader, item: Written, family: string, aim: Attack["aim"]): Attack {
  const entries = reader.entries(item, ["id", "title", "severity", "fix", "kinds", "approve", "takes", "trace"], "an attack");
  const kinds = wordsOf(reader, entries, "kinds", KINDS);
  const steps = reader.items(entries.get("trace"), item.at, "`trace`").flatMap((step) => readStep(reader, step));
  if (!steps.some((step) => step.kind === "call" && step.aim === aim))
    reader.report(item.at, `no step of it is \`${aim === "harm" ? "attack" : "use"}\``);
  return {
    id: reader.name(entries.get("id"), item.at, "`id`") ?? "",
    family,
    aim,
    title: reader.name(entries.get("title"), item.at, "`title`") ?? "",
    severity: reader.word(entries.get("severity"), SEVERITIES, "`severity`") ?? "medium",
    fix: reader.text(entries.get("fix"), "`fix`") ?? "",
    ...(kinds === undefined ? {} : { kinds }),
    approve: reader.word(entries.get("approve"), ["none", "all"], "`approve`") ?? "none",
    takes: reader.word(entries.get("takes"), ["all", "any"], "`takes`") ?? "all",
    steps,
  };
}

function readStep(reader: Reader, step: Written): readonly Step[] {
  const keys = [...Object.keys(AIMS), "user", "system", "external", "verdict", ...CALL_KEYS];
  const entries = reader.entries(step, keys, "a step");
  const session = reader.word(entries.get("session"), SESSIONS, "`session`") ?? "main";
  for (const role of ["user", "system", "external"] as const) {
    const text = reader.text(entries.get(role), `\`${role}\``);
    if (text !== undefined) return [{ kind: "message", role, text, session }];
  }
  const by = reader.word(entries.get("verdict"), ["principal", "twice", "editor"], "`verdict`");
  if (by !== undefined) return [{ kind: "verdict", by }];
  const aim = (["attack", "use", "call"] as const).find((key) => entries.has(key));
  const part = aim === undefined ? undefined : reader.word(entries.get(aim), PARTS, `\`${aim}\``);
  if (aim === undefined || part === undefined) {
    reader.report(step.at, "a step is a message, a `call`, an `attack`, a `use` or a `verdict`");
    return [];
  }
  return [readCallStep(reader, entries, step.at, { part, aim: AIMS[aim], session })];
}

function readCallStep(reader: Reader, entries: Entries, at: Position, head: Pick<CallStep, "part" | "aim" | "session">): CallStep {
  const [result, error] = [reader.text(entries.get("result"), "`result`"), reader.text(entries.get("error"), "`error`")];
  const number = numberOf(reader, entries, "number", at);
  const fill: Fill = {
    to: textsOf(reader, entries, "to"),
    text: textsOf(reader, entries, "text"),
    ...(number === undefined ? {} : { number }),
  };
  return {
    kind: "call",
    ...head,
    fill,
    times: numberOf(reader, entries, "times", at) ?? 1,
    ...(result === undefined ? {} : { result }),
    ...(error === undefined ? {} : { error }),
  };
}

function numberOf(reader: Reader, entries: Entries, key: "number" | "times", at: Position): number | undefined {
  const value = reader.json(entries.get(key));
  if (value === undefined) return undefined;
  if (typeof value !== "number") return reader.report(at, `\`${key}\` is a number`);
  const isTimes = Number.isInteger(value) && value >= 1 && value <= MOST_TIMES;
  return key === "number" || isTimes ? value : reader.report(at, `\`times\` is a whole number from 1 to ${MOST_TIMES}`);
}

/** A text, or a list of texts. */
function textsOf(reader: Reader, entries: Entries, key: string): readonly string[] {
  const entry = entries.get(key);
  if (entry === undefined) return [];
  const value = reader.json(entry);
  const texts = Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  if (Array.isArray(value) && texts.length === value.length) return texts;
  const text = reader.text(entry, `\`${key}\``);
  return text === undefined ? [] : [text];
}

function wordsOf<Word extends string>(reader: Reader, entries: Entries, key: string, words: readonly Word[]): readonly Word[] | undefined {
  const entry = entries.get(key);
  if (entry === undefined) return undefined;
  return textsOf(reader, entries, key).flatMap((text): readonly Word[] => {
    const word = words.find((known) => known === text);
    if (word !== undefined) return [word];
    reader.report(entry.value.at, `\`${key}\` knows no \`${text}\`${didYouMean(text, words) || `; it takes ${words.join(", ")}`}`);
    return [];
  });
}
