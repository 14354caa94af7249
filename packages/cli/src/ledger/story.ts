import type { LedgerRecord } from "@sallyport/core";
import { objectsIn } from "./record-fields.ts";

/**
 * What became of a session's calls and approvals, as far as it decides where their lines stand in a trace. A trace has
 * no line for a claim: `replay` claims an allowed call where it is proposed, and an approved one at the verdict that
 * settles it. So these lines are written where the claim was, and what happened in between stays before them.
 */
export interface Story {
  /** calls whose line waits for their claim, or their refusal instead of it */
  readonly waiting: ReadonlySet<string>;
  /** positions of the verdicts that settled their approval as approved */
  readonly settling: ReadonlySet<number>;
}

/** Reads the story of one session from all its records. */
export function readStory(records: readonly LedgerRecord[]): Story {
  const [started, refused] = [new Set<string>(), new Set<string>()];
  const approved = new Set<string>();
  const settling = new Set<number>();
  const last = new Map<unknown, { readonly seq: number; readonly call: unknown }>();
  const calls = new Map<unknown, unknown>();
  for (const record of records) {
    const { type, state, seq } = record;
    if (type === "call.started") started.add(String(state["call"]));
    if (type === "call.refused" && state["scope"] === "call") refused.add(String(state["call"]));
    if (type === "approval.requested") calls.set(state["approval"], state["call"]);
    if (type === "approval.verdict" && objectsIn(record, "names").length > 0) last.set(state["approval"], { seq, call: calls.get(state["approval"]) });
    const verdict = type === "approval.settled" && state["status"] === "approved" ? last.get(state["approval"]) : undefined;
    if (verdict === undefined) continue;
    settling.add(verdict.seq);
    approved.add(String(verdict.call));
  }
  const waiting = records.filter((record) => record.type === "call.proposed" && waits(record, { started, refused, approved })).map(({ state }) => String(state["call"]));
  return { waiting: new Set(waiting), settling };
}

/** The ids of calls by what became of them. */
interface Fates {
  readonly started: ReadonlySet<string>;
  readonly refused: ReadonlySet<string>;
  readonly approved: ReadonlySet<string>;
}

function waits({ state }: LedgerRecord, { started, refused, approved }: Fates): boolean {
  const call = String(state["call"]);
  switch (state["decision"]) {
    case "allow":
      // labels of its rules came where it was proposed, so that such a call cannot wait
      return (started.has(call) || refused.has(call)) && Array.isArray(state["puts"]) && state["puts"].length === 0;
    case "require_approval":
      // asked for first, then claimed without an answer: what had asked no longer did
      return started.has(call) && !approved.has(call);
    default:
      return false;
  }
}
