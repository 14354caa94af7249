import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  collectProblems,
  loadPolicy,
  readDocument,
  SallyportError,
  type Position,
  type Problem,
  type Report,
  type Written,
} from "@sallyport/core";
import type { Case, ToolSpec } from "../case.ts";
import { Fields } from "./reader.ts";
import { readStep } from "./steps.ts";
import { readModel, readTool } from "./tools.ts";
import { readDiffers, readWants, WANT_KEYS } from "./wants.ts";

const SHARED_KEYS = ["policy", "principal", "agent", "context", "tools"];
const CASE_KEYS = ["name", ...SHARED_KEYS, "model", "stream", "approver", "steps", ...WANT_KEYS, "never", "masked", "differs"];

/** Reads the cases of every `.yaml` file of a folder, by file name; throws like `readCases`. */
export function readCasesIn(folder: string): readonly Case[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  const cases = files.sort().flatMap((name) => readCases(readFileSync(join(folder, name), "utf8"), name));
  const names = cases.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new SallyportError("invalid-input", `two cases are called \`${twice}\`; rename one`);
  return cases;
}

/**
 * Reads a file of cases strictly; throws a SallyportError `invalid-input` with everything that is wrong in it, each with
 * its file, line and column. What stands beside `cases` holds for every case that does not say otherwise; tools add up.
 */
export function readCases(text: string, file: string): readonly Case[] {
  const problems = collectProblems();
  const root = readDocument(text, problems.report);
  const cases = root === undefined ? [] : readRoot(root, file, problems.report);
  const found = problems.list();
  if (found.length > 0) refuse(file, found);
  return cases;
}

function refuse(file: string, problems: readonly Problem[]): never {
  const lines = problems.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
  throw new SallyportError("invalid-input", `the cases cannot be read\n${lines.join("\n")}`, { problems });
}

function readRoot(root: Written, file: string, report: Report): readonly Case[] {
  const outer = new Fields(root, [...SHARED_KEYS, "cases"], "the file", report);
  const shared = toolsOf(outer);
  return outer.items("cases").map((written) => {
    const fields = new Fields(written, CASE_KEYS, "a case", report);
    const own = (key: string): Fields => (fields.value(key) === undefined ? outer : fields);
    const tools = new Map([...shared, ...toolsOf(fields)]);
    const read: Case = {
      name: fields.name("name"),
      file,
      at: fields.at,
      policy: policyOf(own("policy"), file),
      principal: own("principal").identity("principal") ?? { id: "ann" },
      agent: own("agent").identity("agent") ?? { id: "desk" },
      context: own("context").object("context") ?? {},
      tools: [...tools.values()],
      model: readModel(fields),
      streams: fields.flag("stream"),
      approver: fields.identity("approver"),
      steps: fields.items("steps").map((step) => readStep(step, report)),
      wants: readWants(fields),
      never: fields.texts("never") ?? [],
      masked: fields.texts("masked") ?? [],
      differs: readDiffers(fields),
    };
    if (read.model.length === 0 || read.steps.length === 0) report(fields.at, "a case has a `model` and `steps`");
    return read;
  });
}

function toolsOf(fields: Fields): ReadonlyMap<string, ToolSpec> {
  return new Map(fields.entries("tools").map(([name, written]) => [name, readTool(name, written, fields.report)] as const));
}

/** The text of a policy, which has to load. */
function policyOf(fields: Fields, file: string): string {
  const text = fields.name("policy");
  const at: Position = fields.place("policy");
  try {
    if (text !== "") loadPolicy(text, { file });
  } catch (error) {
    if (!SallyportError.isInstance(error)) throw error;
    for (const { line, column, message } of error.problems) fields.report(at, `line ${line}, column ${column} of the policy: ${message}`);
  }
  return text;
}
