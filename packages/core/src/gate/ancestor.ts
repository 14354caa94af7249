import type { Entry } from "../ledger/record.ts";
import { UNTRUSTED, type SessionState } from "../session/state.ts";
import { putsOf } from "./entries.ts";

/**
 * The labels that a session puts on one that it works for when it writes these entries; empty: none. Those that it gets are put
 * there as well. And what an agent that has read outside text says, as the result of a call that is trusted, is outside text:
 * while such calls run there, every word of its own session says so.
 */
export function labelsAbove(above: SessionState, state: SessionState, entries: readonly Entry[]): readonly string[] {
  if (entries.length === 0) return [];
  const puts = putsOf(entries);
  const fresh = puts.some((label) => above.sources.get(label) !== null) ? puts : [];
  const tainted = puts.includes(UNTRUSTED) || state.labels.includes(UNTRUSTED);
  const taints = tainted && !fresh.includes(UNTRUSTED) && runsTrusted(above) ? [UNTRUSTED] : [];
  return [...fresh, ...taints];
}

function runsTrusted({ calls }: SessionState): boolean {
  for (const { status, trusted } of calls.values()) if (status === "started" && trusted === true) return true;
  return false;
}
