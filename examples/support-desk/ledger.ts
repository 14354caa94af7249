import type { Json, JsonObject, LedgerRecord, ListableStore } from "@sallyport/core";

/** A call as the ledger has it. */
export interface LedgerCall {
  readonly id: string;
  readonly tool: string;
  readonly args: JsonObject;
  readonly decision: string;
  readonly rules: readonly string[];
  /** the rules that cut or masked its result */
  readonly resultRules: readonly string[];
}

/** The calls of a session, in the order in which they were proposed. */
export async function callsOf(store: ListableStore, session: string): Promise<readonly LedgerCall[]> {
  const calls = new Map<string, LedgerCall>();
  for (const record of await recordsOf(store, session)) {
    const id = record.state["call"];
    if (typeof id !== "string") continue;
    const call = change(calls.get(id), id, record);
    if (call !== undefined) calls.set(id, call);
  }
  return [...calls.values()];
}

function change(call: LedgerCall | undefined, id: string, { type, state, payload }: LedgerRecord): LedgerCall | undefined {
  const rules = textsIn(state["rules"]);
  switch (type) {
    case "call.proposed":
      return { id, tool: String(state["tool"]), args: objectIn(payload?.["args"] ?? payload?.["source"]), decision: String(state["decision"]), rules, resultRules: [] };
    case "call.refused":
      return call && { ...call, decision: "deny", rules };
    case "call.completed":
      return call && { ...call, resultRules: state["decision"] === "allow" ? [] : rules };
    default:
      return call;
  }
}

async function recordsOf(store: ListableStore, session: string): Promise<readonly LedgerRecord[]> {
  const streams = await Promise.all((await store.streams()).map(({ stream }) => store.read(stream, 0)));
  return streams.find(([first]) => first?.type === "session.opened" && first.state["session"] === session) ?? [];
}

function textsIn(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function objectIn(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
