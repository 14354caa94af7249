import type { LedgerRecord, ListableStore } from "@sallyport/core";

/** What a store has on record that kept calls from running or results from being shown: rule ids, and ends without one. */
export async function refusalsIn(store: ListableStore): Promise<readonly string[]> {
  const streams = await store.streams();
  const records = await Promise.all(streams.map(({ stream }) => store.read(stream, 0)));
  return [...new Set(records.flat().flatMap(refusalsOf))].toSorted();
}

function refusalsOf({ type, state }: LedgerRecord): readonly string[] {
  const { decision, rules, status } = state;
  if (type === "call.unknown") return ["outcome unknown"];
  if (type === "approval.settled") return status === "expired" ? ["approval expired"] : [];
  if (!type.startsWith("call.") || (decision !== "deny" && decision !== "redact")) return [];
  return Array.isArray(rules) ? rules.map((rule) => `\`${String(rule)}\``) : [];
}
