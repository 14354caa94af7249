import type { CountedEffect } from "../messages.ts";
import { QUORUM } from "../policy.ts";
import { type Evidence, keyOf } from "./evidence.ts";
import { listIn, numberIn, objectIn, decidedArgs, textIn, textsIn, type CallRecord, type RecordedCall } from "./recorded-call.ts";
import { argsDigest } from "../digest.ts";
import type { Violation, ViolationKind } from "./violation.ts";

/** Audits every effect: who let it happen, with these args, and how often. */
export function auditEffects(evidence: Evidence): readonly Violation[] {
  const violations: Violation[] = [];
  const found = (kind: ViolationKind, effect: CountedEffect, more = ""): void => {
    violations.push({ kind, where: `${effect.tool} ${keyOf(effect)} (${effect.receipt})${more === "" ? "" : `: ${more}`}` });
  };
  for (const [key, effects] of Map.groupBy(evidence.effects, keyOf)) {
    const call = evidence.calls.get(key);
    if (isDoubled(effects, call)) for (const effect of effects) found("a doubled effect", effect, `${effects.length} times`);
    for (const effect of effects) for (const kind of wrongsOf(evidence, effect, call)) found(kind, effect);
  }
  for (const [key, effects] of Map.groupBy(evidence.effects, ({ key }) => key)) {
    const calls = new Set(effects.map(keyOf));
    for (const effect of calls.size > 1 ? effects : []) found("a doubled effect", effect, `the key ${key} is that of ${calls.size} calls`);
  }
  return violations;
}

/** An idempotent call may have its effect as often as it was claimed, under one key; any other once. */
function isDoubled(effects: readonly CountedEffect[], call: RecordedCall | undefined): boolean {
  if (effects.length < 2) return false;
  const isIdempotent = effects.every(({ tool }) => tool === "charge");
  const keys = new Set(effects.map(({ key }) => key));
  return !isIdempotent || keys.size > 1 || effects.length > (call?.claims.length ?? 0);
}

function wrongsOf(evidence: Evidence, effect: CountedEffect, call: RecordedCall | undefined): readonly ViolationKind[] {
  const [claim] = call?.claims ?? [];
  if (call === undefined || claim === undefined || call.tool !== effect.tool) return ["an effect without a claim"];
  const wrongs: ViolationKind[] = [];
  if (call.principal !== effect.principal) wrongs.push("an effect for another principal");
  const before = call.records.filter(({ seq }) => seq < claim.seq);
  const decided = before.findLast(({ type }) => type === "call.proposed" || type === "call.edited");
  if (decided === undefined || decidedArgs(decided) !== effect.digest) wrongs.push("an effect with other args");
  const quorum = QUORUM[effect.tool];
  if (quorum === undefined) {
    if (effect.tool === "wipe" || decided?.state["decision"] !== "allow") wrongs.push("an effect without an allow");
    return wrongs;
  }
  if (!hasLiveApproval(before, claim, effect.digest, quorum)) wrongs.push("an effect without a live approval");
  if (yeses(evidence, call, effect.digest).size < quorum) wrongs.push("an effect that no human said yes to");
  return wrongs;
}

/** Whether an approval of exactly these args was given before the claim, by enough leads, and was still good. */
function hasLiveApproval(before: readonly CallRecord[], claim: CallRecord, digest: string, quorum: number): boolean {
  const asked = before.findLast(({ type }) => type === "approval.requested");
  const settled = before.filter(({ type }) => type === "approval.settled");
  if (asked === undefined || settled.length !== 1 || settled[0]?.state["status"] !== "approved") return false;
  const isExact = argsDigest(objectIn(asked.payload, "args")) === digest;
  const isAlive = claim.at < numberIn(asked.state, "expiresAt");
  return isExact && isAlive && leadsSinceEdit(before).size >= quorum;
}

function leadsSinceEdit(before: readonly CallRecord[]): ReadonlySet<string> {
  const verdicts = before.filter(({ type, state }) => type === "approval.verdict" && listIn(state, "names").length > 0);
  const edit = verdicts.findLastIndex(({ state }) => state["edited"] === true);
  const counting = verdicts.slice(Math.max(edit, 0)).filter(({ state }) => state["decision"] === "approve");
  const leads = counting
    .map(({ payload }) => objectIn(payload, "approver"))
    .filter((approver) => textsIn(approver, "roles").includes("lead"));
  return new Set(leads.map((approver) => textIn(approver, "id")));
}

/** The leads who were about to say yes to exactly these args, by their own logs. */
function yeses({ answered }: Evidence, { records }: RecordedCall, digest: string): ReadonlySet<string> {
  const approvals = new Set(records.filter(({ type }) => type === "approval.requested").map(({ state }) => textIn(state, "approval")));
  const said = answered.filter(
    (answer) => answer.lead && answer.decision === "approve" && answer.digest === digest && approvals.has(answer.approval),
  );
  return new Set(said.map(({ approver }) => approver));
}
