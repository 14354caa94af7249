import { isObject, type Json, type JsonObject, type ListableStore } from "@sallyport/core";
import { callNames, recordsOf } from "./records.ts";

/** One record as it is compared: ids that depend on hashes or chance numbered, times counted from the case's start. */
export interface NormalRecord {
  readonly stream: string;
  readonly at: number;
  readonly type: string;
  readonly state: JsonObject;
  readonly payload: Json;
}

/**
 * Every record of a store, normalised: digests and approval ids become numbers in the order in which they appear, ids of
 * calls what `callNames` makes of them, and times count from `start`. Nothing else is touched: not types, not order, not
 * counts, not args, not texts. A digest of a tool's definition depends on how a framework writes schemas, and so does
 * every id that is made of it.
 */
export async function normalLedger(store: ListableStore, start: number, ids: readonly string[]): Promise<readonly NormalRecord[]> {
  // what an adapter keeps is its framework's storage, which every framework has in its own place
  const records = (await recordsOf(store)).filter(({ type }) => type !== "text.kept");
  const calls = callNames(records, ids);
  const numbers = new Map<string, string>();
  const renamed = [...calls].filter(([id, name]) => id !== name);
  const numbered = (text: string): string =>
    renamed
      .reduce((whole, [id, name]) => whole.replaceAll(id, name), text)
      .replace(HASHED, (id) => {
        const number = numbers.get(id) ?? `#${numbers.size + 1}`;
        numbers.set(id, number);
        return number;
      });
  return records.map(({ stream, at, type, state, payload }) => ({
    stream,
    at: at - start,
    type,
    state: normalObject(state, numbered, start),
    payload: payload === undefined ? null : normalObject(payload, numbered, start),
  }));
}

// SHA-256 in hex, and ids of approvals
const HASHED = /\b(?:ap_[0-9a-f]{24}|[0-9a-f]{64})\b/g;

const TIMES: ReadonlySet<string> = new Set(["lease", "expiresAt"]);

function normalObject(object: JsonObject, numbered: (text: string) => string, start: number): JsonObject {
  const entries = Object.entries(object).map(([key, value]): readonly [string, Json] => {
    if (TIMES.has(key) && typeof value === "number") return [key, value - start];
    return [key, normal(value, numbered, start)];
  });
  return Object.fromEntries(entries);
}

function normal(value: Json, numbered: (text: string) => string, start: number): Json {
  if (typeof value === "string") return numbered(value);
  if (Array.isArray(value)) return value.map((item: Json) => normal(item, numbered, start));
  return isObject(value) ? normalObject(value, numbered, start) : value;
}

/**
 * A record in a line, as cases write it: its type, the call it is about, and what matters of it. Records of another
 * session than the first one start with that one's id, those of limits with `limit ID`.
 *
 * `call.proposed c1 pay allow [small]` · `call.refused c1 resumed deny [large]` · `call.started c1 allow` ·
 * `call.completed c1 allow [] +untrusted` · `approval.requested c1 [large]` · `approval.verdict c1 approve lea [large]` ·
 * `approval.settled c1 approved` · `message.observed user` · `output.released redact [mask]` · `workflow.started digest` · `limit budget charged c1 4`
 */
export function linesOf(records: readonly NormalRecord[]): readonly string[] {
  const calls = new Map<string, string>();
  for (const { type, state } of records) if (type === "approval.requested") calls.set(textIn(state, "approval"), textIn(state, "call"));
  const [first] = records;
  return records.flatMap((record) => {
    const [kind, , name = ""] = record.stream.split("/").map(decodeURIComponent);
    // how many approvals wait for a principal is counted beside each request, which has a line of its own
    if (kind === "asks") return [];
    if (kind === "limit") return [`limit ${name} charged ${textIn(record.state, "call")} ${JSON.stringify(record.state["amount"])}`];
    const line = lineOf(record, calls);
    return [record.stream === first?.stream ? line : `${name}: ${line}`];
  });
}

function lineOf({ type, state }: NormalRecord, calls: ReadonlyMap<string, string>): string {
  const call = calls.get(textIn(state, "approval")) ?? textIn(state, "call");
  const words = [type, call, ...wordsOf(type, state)];
  const shadow = namesIn(state, "shadow");
  const puts = namesIn(state, "puts");
  return [...words, ...(shadow.length === 0 ? [] : [`shadow [${shadow.join(", ")}]`]), ...puts.map((label) => `+${label}`)]
    .filter((word) => word !== "")
    .join(" ");
}

function wordsOf(type: string, state: JsonObject): readonly string[] {
  const text = (key: string): string => textIn(state, key);
  const rules = `[${namesIn(state, "rules").join(", ")}]`;
  switch (type) {
    case "session.opened":
      return [text("principal"), text("agent"), text("parent") === "" ? "" : `for ${text("parent")}`];
    case "message.observed":
      return text("decision") === "deny" ? [text("role"), "deny", rules] : [text("role")];
    case "output.released":
      return [text("decision"), rules];
    case "workflow.started":
      return [text("workflow")];
    case "label.put":
      return text("session") === "" ? [] : [`from ${text("session")}`];
    case "call.proposed":
      return [text("tool"), text("decision"), rules];
    case "call.refused":
      return [text("scope"), text("decision"), rules];
    case "call.edited":
      return [text("decision"), rules];
    case "call.started":
      return [text("decision"), ...stepOf(state["step"])];
    case "call.completed":
    case "call.failed":
      return [text("decision"), rules];
    case "approval.requested":
      return [
        `[${objectsIn(state, "asked")
          .map((asked) => textIn(asked, "rule"))
          .join(", ")}]`,
      ];
    case "approval.verdict":
      return [
        text("decision"),
        text("approver"),
        `[${objectsIn(state, "names")
          .map((name) => textIn(name, "rule"))
          .join(", ")}]`,
        state["edited"] === true ? "edited" : "",
      ];
    case "approval.settled":
      return [text("status")];
    default:
      return [];
  }
}

/** Which step of a started workflow a claim is, from 1. */
function stepOf(step: Json | undefined): readonly string[] {
  return isObject(step) && typeof step["index"] === "number" ? [`step ${step["index"] + 1}`] : [];
}

function textIn(state: JsonObject, key: string): string {
  const value = state[key];
  return typeof value === "string" ? value : "";
}

function namesIn(state: JsonObject, key: string): readonly string[] {
  const value = state[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function objectsIn(state: JsonObject, key: string): readonly JsonObject[] {
  const value = state[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
}
