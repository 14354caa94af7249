import { freezeJson } from "../json/freeze.ts";
import type { JsonObject } from "../value.ts";
import { number, numberOrNull, objectOf, objects, oneOf, text, texts, textOrNull } from "./fields.ts";
import type { Folded } from "./fold.ts";
import type { ApprovalState, Asked, RecordedVerdict, SessionState } from "./state.ts";

/** An approval was asked for, or asks for more than before: verdicts so far stay, for what is still asked. */
export function foldApprovalRequested(state: SessionState, { state: fields, payload, at }: Folded): void {
  const id = text(fields, "approval");
  const before = state.approvals.get(id);
  const call = text(fields, "call");
  if (before !== undefined && state.calls.get(call)?.status === "denied") return;
  const asked = objects(fields, "asked").map(readAsked);
  const facts = objectOf(payload, "facts") ?? before?.facts ?? {};
  const digest = textOrNull(payload ?? {}, "digest") ?? "";
  state.approvals.set(id, {
    id,
    call,
    requestedAt: before?.requestedAt ?? at,
    first: before?.first ?? digest,
    digest,
    asked,
    reason: textOrNull(payload ?? {}, "reason") ?? "",
    verdicts: (before?.verdicts ?? []).map((verdict) => ({ ...verdict, names: verdict.names.filter((name) => isAsked(name, asked)) })),
    status: "pending",
    facts,
    origins: objects(payload ?? {}, "origins"),
  });
  const of = state.calls.get(call);
  if (of === undefined) return;
  of.approval = id;
  if (of.status === "allowed") of.status = "pending";
}

/** Whether it is asked still: an answer ends with the time that it was to be given in, also where the same is asked anew. */
function isAsked(name: RecordedVerdict["names"][number], asked: readonly Asked[]): boolean {
  return asked.some(({ rule, digest }) => rule === name.rule && digest === name.digest);
}

/** An approver answered. An edit makes earlier verdicts lapse and waits to be decided on. */
export function foldVerdict(state: SessionState, { state: fields, payload }: Folded): void {
  const approval = state.approvals.get(text(fields, "approval"));
  if (approval === undefined) return;
  const names = objects(fields, "names").map((name) => ({ rule: text(name, "rule"), digest: text(name, "digest") }));
  if (names.length === 0) return;
  const decision = oneOf(fields, "decision", ["approve", "deny"]);
  const verdict = { approver: text(fields, "approver"), decision, names, endorsed: texts(fields, "endorsed") };
  const edited = objectOf(payload, "args");
  const edits = fields["edited"] === true;
  // an edit that was erased can be decided on no more: nobody has approved anything then
  approval.verdicts = edits ? (edited === undefined ? [] : [verdict]) : [...approval.verdicts, verdict];
  if (edited !== undefined)
    approval.edit = { args: freezeJson(edited), approver: { ...objectOf(payload, "approver"), id: verdict.approver } };
  if (decision === "deny") approval.refusal = textOrNull(payload ?? {}, "reason") ?? "";
}

/** An approval came to its end. Denied or expired, so is its call; approved, the call waits to be claimed. */
export function foldApprovalSettled(state: SessionState, { state: fields }: Folded): void {
  const approval = state.approvals.get(text(fields, "approval"));
  if (approval === undefined) return;
  approval.status = oneOf(fields, "status", ["approved", "denied", "expired", "withdrawn"]);
  delete approval.edit;
  state.denials = denialsAfter(approval, state.denials);
  if (approval.status === "approved") endorse(state, approval);
  const call = state.calls.get(approval.call);
  if (call === undefined || approval.status === "approved" || approval.status === "withdrawn") return;
  call.status = "denied";
  call.decision = {
    ...call.decision,
    decision: "deny",
    reason: approval.status === "expired" ? EXPIRED : refusalOf(approval),
  };
}

/** What approvers vouched for is trusted once the approval is given: one of a quorum alone could let the next call pass. */
function endorse({ origins }: SessionState, { verdicts }: ApprovalState): void {
  const counting = verdicts.filter(({ decision, names }) => decision === "approve" && names.length > 0);
  for (const call of counting.flatMap(({ endorsed = [] }) => endorsed)) origins?.endorse(call);
}

/** What people say no to, or leave unanswered, is a denial like any other; what the policy denied meanwhile is counted there. */
function denialsAfter({ status, verdicts }: ApprovalState, denials: number): number {
  switch (status) {
    case "approved":
    case "withdrawn":
      return 0;
    case "expired":
      return denials + 1;
    case "denied":
      return verdicts.some(({ decision }) => decision === "deny") ? denials + 1 : denials;
    case "pending":
      return denials;
  }
}

/** Why a call is denied whose approval came too late. */
export const EXPIRED = "the approval expired";

function refusalOf({ verdicts, refusal }: ApprovalState): string {
  const approver = verdicts.findLast(({ decision }) => decision === "deny")?.approver;
  if (approver === undefined) return "the approval was denied";
  return refusal === undefined || refusal === "" ? `\`${approver}\` denied it` : `\`${approver}\` denied it: ${refusal}`;
}

function readAsked(fields: JsonObject): Asked {
  const by = textOrNull(fields, "by");
  return {
    rule: text(fields, "rule"),
    digest: text(fields, "digest"),
    quorum: number(fields, "quorum"),
    editable: texts(fields, "editable").map((path) => path.split(".")),
    expiresAt: numberOrNull(fields, "expiresAt"),
    ...(by === null ? {} : { by }),
  };
}
