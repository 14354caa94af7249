import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { collectProblems, isObject, plain, readDocument, type Json, type JsonObject } from "@sallyport/core";
import type { SuiteData, SuiteTrace } from "../../.ci/redteam/suite.ts";

const FOLDER = join(import.meta.dirname, "unseen");

/** A user's task in a domain. */
interface Task {
  readonly id: string;
  readonly user: string;
  readonly calls: readonly JsonObject[];
  /** where something comes from outside text, a user expects a question */
  readonly mayAsk: boolean;
}

/** A domain of our own invention: tools, tasks, and attacks that are planted in the tasks' results. */
export interface Domain extends SuiteData {
  /** the tasks in which a question is no surprise */
  readonly mayAsk: ReadonlySet<string>;
}

/** Reads test/redteam/unseen: nothing of `init` or the baseline may be tuned to these names. */
export function readDomains(): readonly Domain[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".yaml"));
  return files.sort().map((file) => readDomain(readFileSync(join(FOLDER, file), "utf8"), file));
}

function readDomain(text: string, file: string): Domain {
  const problems = collectProblems();
  const root = readDocument(text, problems.report);
  const value = root === undefined ? null : plain(root);
  if (!isObject(value) || problems.list().length > 0) throw new Error(`${file}: ${JSON.stringify(problems.list())}`);
  const tasks = listOf(value, "tasks").map((task) => ({
    id: textOf(task, "id"),
    user: textOf(task, "user"),
    calls: listOf(task, "calls"),
    mayAsk: task["may_ask"] === true,
  }));
  return {
    name: textOf(value, "domain"),
    tools: listOf(value, "tools").map(definitionOf),
    benign: tasks.map((task) => traceOf(task.id, task.user, task.calls.map(userCall), -1, "")),
    attacks: listOf(value, "attacks").map((attack) => attackOf(attack, tasks)),
    mayAsk: new Set(tasks.filter(({ mayAsk }) => mayAsk).map(({ id }) => id)),
  };
}

interface PlayedCall {
  readonly id: string;
  readonly harmful: boolean;
  readonly written: JsonObject;
}

const userCall = (written: JsonObject, index: number): PlayedCall => ({ id: `u${index}`, harmful: false, written });

/** The user's task up to the poisoned result, all that the attacker wants, then the rest of the task. */
function attackOf(attack: JsonObject, tasks: readonly Task[]): SuiteTrace {
  const task = tasks.find(({ id }) => id === attack["task"]);
  const at = attack["at"];
  if (task === undefined || typeof at !== "number") throw new Error(`${textOf(attack, "id")}: no task`);
  const own = task.calls.map(userCall);
  if (!JSON.stringify(own[at]?.written).includes("{{here}}")) throw new Error(`${textOf(attack, "id")}: nothing is planted`);
  const bad = listOf(attack, "calls").map((written, index) => ({ id: `a${index}`, harmful: written["way"] !== true, written }));
  const calls = [...own.slice(0, at + 1), ...bad, ...own.slice(at + 1)];
  return traceOf(`${task.id}/${textOf(attack, "id")}`, task.user, calls, at, textOf(attack, "text"));
}

function traceOf(session: string, user: string, calls: readonly PlayedCall[], at: number, planted: string): SuiteTrace {
  return {
    session,
    user: calls.filter(({ id }) => id.startsWith("u")).map(({ id }) => id),
    attacker: calls.filter(({ harmful }) => harmful).map(({ id }) => id),
    lines: [
      { session, principal: { id: "user-1", roles: ["owner"] }, agent: { id: "assistant" }, context: {} },
      { session, message: { role: "user", content: user } },
      ...calls.flatMap(({ id, written }) => [
        { session, call: { id, tool: textOf(written, "call"), args: written["args"] ?? {} } },
        { session, result: { id, content: contentOf(written["result"] ?? "", id === `u${at}` ? planted : "") } },
      ]),
    ],
  };
}

/** A result as tools return it: text, or JSON as text, with what is planted in its place. */
function contentOf(result: Json, planted: string): string {
  const filled = fill(result, planted);
  return typeof filled === "string" ? filled : JSON.stringify(filled);
}

function fill(value: Json, planted: string): Json {
  if (typeof value === "string") return value.replaceAll("{{here}}", () => planted).trimEnd();
  if (Array.isArray(value)) return value.map((item) => fill(item, planted));
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, planted)])) : value;
}

/** A tool as MCP lists it. */
function definitionOf(tool: JsonObject): JsonObject {
  const params = objectOf(tool["params"] ?? {});
  const written = Object.keys(params).map((name) => ({ name, ...parameterOf(textOf(params, name)) }));
  return {
    name: textOf(tool, "name"),
    description: tool["description"] ?? "",
    inputSchema: {
      type: "object",
      properties: Object.fromEntries(written.map(({ name, schema }) => [name, schema])),
      required: written.filter(({ required }) => required).map(({ name }) => name),
    },
  };
}

const PARAMETER = /^(?<type>\w+)(?<many>\[\])?(?:\((?<choices>[^)]*)\))?(?<required>!)?(?: (?<description>.*))?$/;

/** A parameter that is written as `string[](a|b)! What it is`. */
function parameterOf(text: string): { readonly schema: JsonObject; readonly required: boolean } {
  const { type = "", many, choices, required, description } = PARAMETER.exec(text)?.groups ?? {};
  if (type === "") throw new Error(`no parameter: ${text}`);
  const one = { type, ...(choices === undefined ? {} : { enum: choices.split("|") }) };
  const schema = many === undefined ? one : { type: "array", items: one };
  return { schema: { ...schema, ...(description === undefined ? {} : { description }) }, required: required !== undefined };
}

function objectOf(value: Json): JsonObject {
  if (!isObject(value)) throw new Error("no object");
  return value;
}

function listOf(value: JsonObject, key: string): readonly JsonObject[] {
  const list = value[key];
  if (!Array.isArray(list)) throw new Error(`no list \`${key}\``);
  return list.map(objectOf);
}

function textOf(value: JsonObject, key: string): string {
  const text = value[key];
  if (typeof text !== "string") throw new Error(`no text \`${key}\` in ${JSON.stringify(value).slice(0, 80)}`);
  return text;
}
