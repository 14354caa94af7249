import type { Json, LedgerRecord, ListableStore } from "@sallyport/core";
import type { Outcome } from "./table.ts";

/** A call as the ledger has it. */
export interface LedgerCall extends Outcome {
  readonly tool: string;
  /** a few words of its args */
  readonly about: string;
  /** the rules that cut its result; empty where none did */
  readonly cut: readonly string[];
}

/** The records of a session, in order. */
export async function recordsOf(store: ListableStore, session: string): Promise<readonly LedgerRecord[]> {
  const streams = await Promise.all((await store.streams()).map(({ stream }) => store.read(stream, 0)));
  return streams.find(([first]) => first?.type === "session.opened" && first.state["session"] === session) ?? [];
}

/** The calls of a session, in the order in which they were proposed. */
export function callsIn(records: readonly LedgerRecord[]): readonly LedgerCall[] {
  const calls = new Map<Json | undefined, LedgerCall>();
  for (const { type, state, payload } of records) {
    const id = state["call"];
    const call = calls.get(id);
    const rules = rulesIn(state);
    if (type === "call.proposed") {
      calls.set(id, { tool: wordOf(state["tool"]), about: aboutOf(payload), decision: wordOf(state["decision"]), rules, cut: [] });
    } else if (type === "call.refused" && state["scope"] === "call" && call !== undefined) {
      calls.set(id, { ...call, decision: "deny", rules });
    } else if (type === "call.completed" && state["decision"] !== "allow" && call !== undefined) {
      calls.set(id, { ...call, cut: rules });
    }
  }
  return [...calls.values()];
}

/** The rules that a record names. */
export function rulesIn(state: LedgerRecord["state"]): readonly string[] {
  const rules = state["rules"];
  return Array.isArray(rules) ? rules.map(wordOf) : [];
}

/** The first of the args that says what a call is about, and what a rule rewrote. */
function aboutOf({ source, args }: Readonly<Record<string, Json>> = {}): string {
  const asked = membersOf(source);
  const [, value = ""] = asked.find(([key]) => ["id", "mail", "to", "query", "iban"].includes(key)) ?? [];
  const set = membersOf(args).flatMap(([key, now]) => {
    const before = asked.find(([name]) => name === key)?.[1];
    return before === now ? [] : [`${key} ${wordOf(before)} → ${wordOf(now)}`];
  });
  return [wordOf(value), ...set].filter((text) => text !== "").join(", ");
}

function membersOf(value: Json | undefined): readonly (readonly [string, Json])[] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

function wordOf(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
