import type { Told } from "../messages.ts";
import { type Evidence, keyOf } from "./evidence.ts";
import { textIn } from "./recorded-call.ts";

/** How often everything happened that the audit is about: what never happened was not tested. */
export function exercised(evidence: Evidence): Readonly<Record<string, number>> {
  const calls = [...evidence.calls.values()];
  const told = (isIt: (told: Told) => boolean): number => evidence.told.filter(isIt).length;
  const denied = (reason: string): number => told(({ status, reason: why }) => status === "denied" && why.includes(reason));
  const attempts = (guise: Told["guise"]): number => told((one) => one.guise === guise && one.status === "denied");
  const settled = (status: string): number =>
    calls.filter(({ records }) => records.some(({ type, state }) => type === "approval.settled" && textIn(state, "status") === status))
      .length;
  const manner = (name: string): number => evidence.answered.filter(({ kind, manner }) => kind === "verdict" && manner === name).length;
  return {
    sessions: [...evidence.streams.keys()].filter((stream) => stream.startsWith("session/")).length,
    "calls on record": calls.length,
    records: [...evidence.streams.values()].reduce((sum, records) => sum + records.length, 0),
    effects: evidence.effects.length,
    "calls allowed and run": calls.filter(({ claims, tool }) => claims.length > 0 && tool !== "pay" && tool !== "wire").length,
    "calls approved and run": calls.filter(({ claims, tool }) => claims.length > 0 && (tool === "pay" || tool === "wire")).length,
    "calls denied by a rule": told(({ rules }) => rules.includes("no-wiping")),
    "calls denied by the limit": told(({ rules }) => rules.includes("refunds")),
    "calls that failed": told(({ status }) => status === "failed"),
    "calls answered again as before": answeredAgain(evidence),
    "calls of which the outcome is unknown": calls.filter(({ unknowns, ends }) => unknowns.length > 0 && ends.length === 0).length,
    "outcomes that came after `unknown`": calls.filter(({ unknowns, ends }) => unknowns.length > 0 && ends.length > 0).length,
    "idempotent calls run again": calls.filter(({ claims }) => claims.length > 1).length,
    "idempotent effects had twice, under one key": twiceUnderOneKey(evidence),
    "approvals given": settled("approved"),
    "approvals denied": settled("denied"),
    "approvals expired": settled("expired"),
    "approvals edited": calls.filter(({ records }) => records.some(({ type }) => type === "call.edited")).length,
    "answers given twice": manner("answers twice"),
    "answers given too late": manner("answers late"),
    "answers by somebody who may not": manner("is no lead"),
    "other args under a used id, refused": attempts("other args"),
    "other args after the approval, refused": otherArgsAfterApproval(evidence),
    "strangers, refused": attempts("stranger"),
    "resumed without a verdict, refused": attempts("resumed"),
    "denied because the disk was full": denied("the disk is full"),
    "denied because the disk was read-only": denied("it is read-only"),
    "denied because the store hung": denied("locked by another process"),
  };
}

function answeredAgain({ told }: Evidence): number {
  const ended = told.filter(({ guise, status }) => guise === "itself" && (status === "completed" || status === "failed"));
  return [...Map.groupBy(ended, keyOf).values()].reduce((sum, answers) => sum + answers.length - 1, 0);
}

function twiceUnderOneKey({ effects }: Evidence): number {
  return [...Map.groupBy(effects, ({ key }) => key).values()].filter((same) => same.length > 1).length;
}

/** Attempts with other args that came between an approval and the claim that used it. */
function otherArgsAfterApproval({ calls }: Evidence): number {
  return [...calls.values()].filter(({ records }) => {
    const approved =
      records.find(({ type, state }) => type === "approval.settled" && textIn(state, "status") === "approved")?.seq ?? Infinity;
    const claimed = records.find(({ type }) => type === "call.started")?.seq ?? Infinity;
    return records.some(
      ({ type, state, seq }) => type === "call.refused" && textIn(state, "scope") === "attempt" && seq > approved && seq < claimed,
    );
  }).length;
}
