import type { Entry } from "../ledger/record.ts";
import { parseArgs } from "../json/args.ts";
import { digestOf } from "../json/sha256.ts";
import type { ApprovalState, Asked, CallState, SessionState } from "../session/state.ts";
import type { JsonObject } from "../value.ts";
import { changedOutside } from "./edit.ts";
import { settleEntry, verdictEntry, type Answering } from "./entries.ts";
import { factsOf } from "./facts.ts";
import { approversOf, countsFor, isExpired, unsatisfied } from "./requirements.ts";

/** An approver's answer, parsed once. */
export interface ParsedVerdict {
  readonly decision: "approve" | "deny";
  readonly approver: JsonObject & { readonly id: string };
  readonly reason?: string;
  /** the args as edited, not yet validated */
  readonly args?: unknown;
  /** ids of calls whose results the approver vouches for */
  readonly endorse?: readonly string[];
  /** the digest of what the approver saw; other args than those are not what they answered */
  readonly digest?: string;
}

/** What an answer does: `edited` waits to be decided on, the others stand. */
export interface Judgement {
  readonly status: "approved" | "denied" | "pending" | "ignored" | "edited";
  /** the rules still to be answered */
  readonly rules: readonly string[];
  readonly entries: readonly Entry[];
  /** why it was ignored, or adds nothing, or denies the call */
  readonly reason?: string;
}

/** Judges one answer. Needs no policy: what was asked stands in the record. */
export function judge(state: SessionState, approval: ApprovalState, call: CallState, verdict: ParsedVerdict, now: number): Judgement {
  if (approval.status !== "pending" || call.status !== "pending") return ignored([], "nothing is pending", []);
  if (isExpired(approval, now)) return ignored([], "the approval expired", [settleEntry(approval.id, "expired")]);
  const edit = verdict.decision === "approve" && verdict.args !== undefined ? parseArgs(verdict.args) : undefined;
  const args = edit?.ok === true ? edit.args : call.decision.args;
  const names = namesOf(state, approval, args, verdict.approver, now);
  const answer = answering(approval.id, verdict, names);
  const open = unsatisfied(approval.asked, approval.verdicts).map(({ rule }) => rule);
  const refuse = (reason: string): Judgement => ignored(open, reason, [verdictEntry({ ...answer, names: [] })]);
  const tenants = [state.pin?.tenant ?? "", verdict.approver["tenant"] ?? ""];
  if (tenants[0] !== tenants[1]) return refuse(`the call is of ${tenantName(tenants[0])}, the approver of ${tenantName(tenants[1])}`);
  if (names.length === 0) return refuse(`\`by\` does not let \`${verdict.approver.id}\` answer`);
  if (verdict.decision === "deny") return denied(answer);
  if (approval.edit !== undefined) return refuse(`an edit by \`${approval.edit.approver.id}\` waits to be decided on first`);
  if (verdict.digest !== undefined && verdict.digest !== approval.digest) return refuse("the call was edited since it was looked at");
  if (args === null || call.decision.args === null) return refuse("the recorded args were erased");
  const [blank] = (verdict.endorse ?? []).filter((id) => !isEndorsable(state.calls.get(id)));
  if (blank !== undefined) return refuse(`call \`${blank}\` has no result in this session that could be endorsed`);
  if (edit === undefined) return approved(approval, answer);
  return edit.ok ? edited(approval, call, answer, args, refuse) : denied(answer, `edited args: ${edit.reason}`);
}

/** What the model has got of a call can be vouched for, as long as an approver can look at it. */
function isEndorsable(call: CallState | undefined): boolean {
  return call?.result?.content !== undefined && call.result.withheld === undefined;
}

/** What an edit does: outside of what may be edited nothing, and the same args again are an approval. */
function edited(
  approval: ApprovalState,
  call: CallState,
  answer: Answering,
  args: JsonObject,
  refuse: (reason: string) => Judgement,
): Judgement {
  const [outside] = changedOutside(call.decision.args ?? {}, args, approval.asked);
  if (outside !== undefined) return refuse(`\`${outside}\` may not be edited; \`args\` are all the args that are to run`);
  if (digestOf(args) === call.settled) return approved(approval, answer);
  const open = unsatisfied(approval.asked, approval.verdicts).map(({ rule }) => rule);
  return { status: "edited", rules: open, entries: [verdictEntry({ ...answer, edit: args })] };
}

function approved(approval: ApprovalState, answer: Answering): Judgement {
  const { decision, names, approver } = answer;
  const missing = unsatisfied(approval.asked, [...approval.verdicts, { approver: approver.id, decision, names }]);
  if (missing.length === 0) return { status: "approved", rules: [], entries: [verdictEntry(answer), settleEntry(approval.id, "approved")] };
  const again = approval.asked.every((asked) => !names.includes(asked) || approversOf(asked, approval.verdicts).includes(approver.id));
  return {
    status: "pending",
    rules: missing.map(({ rule }) => rule),
    entries: [verdictEntry(answer)],
    ...(again ? { reason: `\`${approver.id}\` has approved already` } : {}),
  };
}

function denied(answer: Answering, reason?: string): Judgement {
  const entries = [verdictEntry(answer), settleEntry(answer.id, "denied")];
  return { status: "denied", rules: [], entries, ...(reason === undefined ? {} : { reason }) };
}

function ignored(rules: readonly string[], reason: string, entries: readonly Entry[]): Judgement {
  return { status: "ignored", rules, reason, entries };
}

/** The requirements that an approver counts for. Where the facts were erased only those without a `by` are left to answer. */
function namesOf(
  state: SessionState,
  approval: ApprovalState,
  args: JsonObject | null,
  approver: JsonObject,
  now: number,
): readonly Asked[] {
  const facts = args === null ? undefined : factsOf(state, approval, args, now);
  return facts === undefined ? approval.asked.filter(({ by }) => by === undefined) : countsFor(approval.asked, facts, approver);
}

function answering(id: string, { decision, approver, reason, endorse }: ParsedVerdict, names: readonly Asked[]): Answering {
  const endorses = decision === "approve" && endorse !== undefined;
  return { id, decision, approver, names, ...(reason === undefined ? {} : { reason }), ...(endorses ? { endorse } : {}) };
}

function tenantName(tenant: unknown): string {
  return typeof tenant === "string" && tenant !== "" ? `tenant \`${tenant}\`` : "no tenant";
}
