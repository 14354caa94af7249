import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, readJson, type Json, type JsonObject } from "@sallyport/core";

/** A session of a suite, with the calls that count. */
export interface SuiteTrace {
  readonly session: string;
  readonly lines: readonly JsonObject[];
  /** ids of the user's own calls */
  readonly user: readonly string[];
  /** ids of the attacker's calls that change something */
  readonly attacker: readonly string[];
}

/** A suite of attacks and honest tasks. */
export interface SuiteData {
  readonly name: string;
  /** its tools as definitions that `sallyport init` reads */
  readonly tools: readonly JsonObject[];
  readonly benign: readonly SuiteTrace[];
  readonly attacks: readonly SuiteTrace[];
}

/** The public suites, as folders below the data. */
export const SUITES = ["agentdojo/banking", "agentdojo/slack", "injecagent"] as const;

/** Reads a suite: no model is in it, the one of an attack obeys the attacker completely. */
export function readSuiteData(data: string, name: string): SuiteData {
  const folder = join(data, name);
  const tools = listOf(parse(readFileSync(join(folder, "tools.json"), "utf8"))).map(definitionOf);
  return name === "injecagent" ? { name, tools, ...injecagent(folder) } : { name, tools, ...agentdojo(folder) };
}

function definitionOf(tool: JsonObject): JsonObject {
  const { name = "", description = "", parameters = {} } = tool;
  return {
    type: "function",
    function: { name, description, parameters: Array.isArray(parameters) ? schemaOf(parameters.filter(isObject)) : parameters },
  };
}

function schemaOf(parameters: readonly JsonObject[]): JsonObject {
  const properties = parameters.map((one): readonly [string, Json] => [
    textIn(one, "name"),
    { type: one["type"] ?? null, description: one["description"] ?? null },
  ]);
  const required = parameters.filter((one) => one["required"] === true).map((one) => textIn(one, "name"));
  return { type: "object", properties: Object.fromEntries(properties), required };
}

function agentdojo(folder: string): Pick<SuiteData, "benign" | "attacks"> {
  const tasks = linesOf(folder, "user_tasks.jsonl");
  const prompts = new Map(tasks.map((task) => [task["id"], task["prompt"] ?? ""]));
  const texts = new Map(linesOf(folder, "results.jsonl").map((result) => [result["h"], result["text"] ?? ""]));
  const benign = tasks.map((task): SuiteTrace => {
    const session = textIn(task, "id");
    const calls = listOf(task["calls"]).map((call) => ({ ...call, id: `u${textIn(call, "i")}` }));
    return {
      session,
      attacker: [],
      user: calls.map(({ id }) => id),
      lines: [...open(session, task["prompt"] ?? ""), ...calls.flatMap((call) => step(session, call))],
    };
  });
  const pairs = linesOf(folder, "pairs.jsonl").filter((pair) => pair["attack_succeeds"] === true);
  return {
    benign,
    attacks: pairs.map((pair) => attackOf(pair, prompts.get(pair["user_task"]) ?? "", texts)).filter(({ attacker }) => attacker.length > 0),
  };
}

function attackOf(pair: JsonObject, prompt: Json, texts: ReadonlyMap<Json | undefined, Json>): SuiteTrace {
  const session = textIn(pair, "id");
  const steps = listOf(pair["steps"]);
  const idOf = (one: JsonObject): string => `${textIn(one, "by")[0] ?? ""}${textIn(one, "i")}`;
  const by = (who: string): readonly JsonObject[] => steps.filter((one) => one["by"] === who);
  // a read on the way is no harm; where nothing changed, the last call is what the attacker wanted
  const harmful = by("attacker").filter(({ env_changed: changed }) => Array.isArray(changed) && changed.length > 0);
  return {
    session,
    user: by("user").map(idOf),
    attacker: (harmful.length > 0 ? harmful : by("attacker").slice(-1)).map(idOf),
    lines: [
      ...open(session, prompt),
      ...steps.flatMap((one) => step(session, { ...one, id: idOf(one), result: texts.get(one["r"]) ?? "" })),
    ],
  };
}

function injecagent(folder: string): Pick<SuiteData, "benign" | "attacks"> {
  const cases = linesOf(folder, "cases.jsonl");
  const start = (one: JsonObject, result: Json): readonly JsonObject[] => {
    const session = textIn(one, "id");
    const call = one["user_call"];
    return [...open(session, one["user_instruction"] ?? ""), ...step(session, { ...(isObject(call) ? call : {}), id: "u0", result })];
  };
  const benign = cases.map((one): SuiteTrace => {
    const answer = textIn(one, "response_template").replaceAll("<Attacker Instruction>", "Thanks, all good.");
    return { session: textIn(one, "id"), user: ["u0"], attacker: [], lines: start(one, answer) };
  });
  const attacks = cases.flatMap((one): readonly SuiteTrace[] => {
    const session = textIn(one, "id");
    const calls = listOf(one["attacker_calls"]).map((call, index) => ({ ...call, id: `a${index}`, result: asText(call["result"]) }));
    const last = calls.at(-1);
    const lines = [...start(one, one["response_base"] ?? ""), ...calls.flatMap((call) => step(session, call))];
    return last === undefined ? [] : [{ session, user: ["u0"], attacker: [last.id], lines }];
  });
  return { benign, attacks };
}

/** A member as text; one that is missing is empty. */
function textIn(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function asText(result: Json | undefined): Json {
  return typeof result === "string" ? result : JSON.stringify(result ?? "ok");
}

function open(session: string, prompt: Json): readonly JsonObject[] {
  return [
    { session, principal: { id: "emma", roles: ["owner"] }, agent: { id: "assistant" }, context: {} },
    { session, message: { role: "user", content: prompt } },
  ];
}

function step(session: string, call: JsonObject): readonly JsonObject[] {
  const { id = "", tool = "", args = {}, result = "", error } = call;
  const failed = error !== undefined && error !== null && error !== false && error !== "";
  return [
    { session, call: { id, tool, args } },
    { session, result: { id, content: result, ...(failed ? { error: true } : {}) } },
  ];
}

function linesOf(folder: string, file: string): readonly JsonObject[] {
  const lines = readFileSync(join(folder, file), "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => objectOf(parse(line)));
}

function parse(text: string): Json {
  const reading = readJson(text);
  if (!reading.ok) throw new Error(reading.problem.message);
  return reading.value;
}

function objectOf(value: Json): JsonObject {
  if (!isObject(value)) throw new Error(`no object: ${JSON.stringify(value).slice(0, 80)}`);
  return value;
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
