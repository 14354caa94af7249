import { readCall, readJson, readVerdict, type Json, type JsonObject, type ParsedCall, type ReplayOpening } from "@sallyport/core";
import { checkKeys, fail, flagOf, objectOf, textOf, textsOf, wordOf } from "./fields.ts";
import { parseTime } from "./time.ts";
import type { Act, TraceLine } from "./trace-line.ts";

const OPENING = ["principal", "agent", "context", "parent"];
const ACTS = ["message", "call", "result", "verdict", "workflow", "output"];
const MEMBERS = ["session", "at", ...OPENING, ...ACTS];

/** Places whose defects deny, and do not make the line unusable. */
const TOLERATED = [
  ["call", "args"],
  ["verdict", "args"],
];

/** Levels that a line may have; args have a limit of their own. */
const DEPTH = 1_000;

/** Reads one line of a trace strictly; throws a SallyportError (`invalid-input`) that says what makes it unusable. */
export function readLine(text: string): TraceLine {
  const reading = readJson(text, { tolerate: TOLERATED, depth: DEPTH });
  if (!reading.ok) fail(`${reading.problem.message} (column ${reading.problem.column})`);
  const line = objectOf(reading.value, "the line");
  if (line["redacted"] !== undefined) fail("this trace was redacted when it was exported; it cannot be replayed");
  checkKeys(line, MEMBERS, "the line");
  const at = line["at"] === undefined ? undefined : timeOf(textOf(line, "at", "the line"));
  const act = readAct(line, reading.defects[0]?.message);
  return { session: textOf(line, "session", "the line"), ...(at === undefined ? {} : { at }), act };
}

function timeOf(text: string): number {
  return parseTime(text) ?? fail(`\`at\` is no time such as \`2026-11-22T10:00:00Z\`: \`${text}\``);
}

function readAct(line: JsonObject, defect: string | undefined): Act {
  const acts = ACTS.filter((key) => line[key] !== undefined);
  const [act] = acts;
  if (act === undefined) return { kind: "opening", opening: readOpening(line) };
  const others = [...acts, ...OPENING.filter((key) => line[key] !== undefined)];
  if (others.length > 1) fail(`${others.map((key) => `\`${key}\``).join(" and ")} stand in one line; write a line for each`);
  switch (act) {
    case "message":
      return { kind: "message", message: readMessage(objectOf(line[act], "`message`")) };
    case "call":
      return { kind: "call", call: readCallLine(objectOf(line[act], "`call`"), defect) };
    case "result":
      return readResult(objectOf(line[act], "`result`"));
    case "verdict":
      return readVerdictLine(objectOf(line[act], "`verdict`"));
    case "workflow":
      return { kind: "workflow", workflow: textOf(line, act, "the line") };
    default:
      return { kind: "output", text: textOf(line, "output", "the line") };
  }
}

/** What the line says of the session; an identity without an `id` denies every call, as one that is missing does. */
function readOpening({ principal, agent, context, parent }: JsonObject): ReplayOpening {
  return {
    ...(principal === undefined ? {} : { principal: identityOf(principal, "`principal`") }),
    ...(agent === undefined ? {} : { agent: identityOf(agent, "`agent`") }),
    ...(context === undefined ? {} : { context: objectOf(context, "`context`") }),
    ...(parent === undefined ? {} : { parent: typeof parent === "string" ? parent : fail("`parent` is no text") }),
  };
}

function identityOf(value: Json, what: string): JsonObject & { readonly id: string } {
  const { id, ...claims } = objectOf(value, what);
  return { ...claims, id: typeof id === "string" ? id : "" };
}

function readMessage(message: JsonObject): Extract<Act, { kind: "message" }>["message"] {
  checkKeys(message, ["role", "content"], "`message`");
  return { role: wordOf(message, "role", ["system", "user", "external"], "`message`"), content: textOf(message, "content", "`message`") };
}

function readCallLine(call: JsonObject, defect: string | undefined): ParsedCall {
  checkKeys(call, ["id", "tool", "args"], "`call`");
  const id = textOf(call, "id", "`call`");
  if (call["args"] === undefined) fail("`args` of `call` is missing");
  const parsed = readCall({ id, tool: textOf(call, "tool", "`call`"), args: call["args"] });
  const reason = defect ?? (id === "" ? "the call has no id" : undefined);
  return reason === undefined ? parsed : { ...parsed, args: { ok: false, reason }, digest: null };
}

function readResult(result: JsonObject): Act {
  checkKeys(result, ["id", "content", "error"], "`result`");
  const { content } = result;
  if (content === undefined) fail("`content` of `result` is missing");
  return { kind: "result", id: textOf(result, "id", "`result`"), content, error: flagOf(result, "error", "`result`") };
}

/** Edited args that are defective were read as null, which an edit cannot be: the verdict then denies. */
function readVerdictLine(verdict: JsonObject): Act {
  checkKeys(verdict, ["call", "decision", "approver", "args", "reason", "endorse"], "`verdict`");
  const { args, reason, endorse } = verdict;
  const approver = objectOf(verdict["approver"], "`approver` of `verdict`");
  const decision = wordOf(verdict, "decision", ["approve", "deny"], "`verdict`");
  const parsed = readVerdict({
    decision,
    approver: identityOf(approver, "`approver`"),
    ...(reason === undefined ? {} : { reason: textOf(verdict, "reason", "`verdict`") }),
    ...(args === undefined ? {} : { args }),
    ...(endorse === undefined ? {} : { endorse: textsOf(verdict, "endorse", "`verdict`") }),
  });
  return { kind: "verdict", call: textOf(verdict, "call", "`verdict`"), verdict: parsed };
}
