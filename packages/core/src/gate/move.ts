import { settleEntry } from "../approval/entries.ts";
import { isExpired, isSame, unsatisfied } from "../approval/requirements.ts";
import { decide, denial } from "../decide/decide.ts";
import type { Charge, Decision } from "../policy/decision.ts";
import type { ToolFacts } from "../condition/facts.ts";
import type { Usage } from "../decide/request.ts";
import type { Entry } from "../ledger/record.ts";
import { UNTRUSTED, type ApprovalState, type CallState } from "../session/state.ts";
import type { JsonObject } from "../value.ts";
import { ask } from "./ask.ts";
import { decideEdit } from "./edit.ts";
import { chargesOf, claimEntry, proposalEntry, refusalEntry, unknownEntry } from "./entries.ts";
import { requestAgain, requestOf, type Moment, type ParsedCall } from "./moment.ts";

/** How long a claim holds unless it is renewed, in milliseconds. */
export const LEASE = 60_000;

/**
 * What the gate does next about a call. Pure: the same state, policy and moment give the same move.
 * `record`: write and look again · `claim`: write `entries`, and to run it also `claim` · `answer`: write, then this is
 * how it stands · `wait`: somebody runs it.
 */
export type Move =
  | { readonly kind: "record"; readonly entries: readonly Entry[] }
  | {
      readonly kind: "claim";
      readonly entries: readonly Entry[];
      readonly claim: Entry;
      readonly args: JsonObject;
      readonly decision: Decision;
      readonly charges: readonly Charge[];
    }
  | {
      readonly kind: "answer";
      readonly entries: readonly Entry[];
      readonly as: "denied" | "pending" | "ended" | "unknown";
      readonly decision: Decision;
    }
  | { readonly kind: "wait"; readonly decision: Decision };

/** What to do next about a call. */
export function moveOf(moment: Moment, call: ParsedCall): Move {
  const known = moment.state.calls.get(call.id);
  if (known === undefined) return propose(moment, call);
  const reused = reuse(known, call);
  if (reused !== undefined) return refuseReuse(moment, call, reused);
  switch (known.status) {
    case "denied":
      return { kind: "answer", entries: [], as: "denied", decision: known.decision };
    case "completed":
    case "failed":
      return { kind: "answer", entries: [], as: "ended", decision: known.decision };
    case "started":
      return known.lease > moment.now ? { kind: "wait", decision: known.decision } : { kind: "record", entries: [unknownEntry(known.id)] };
    case "unknown":
      return isIdempotent(moment, known)
        ? claimAgain(moment, known)
        : { kind: "answer", entries: [], as: "unknown", decision: known.decision };
    case "paused":
      return claimAgain(moment, known);
    case "allowed":
    case "pending":
      return reconsider(moment, known);
  }
}

/**
 * What to do next about a call that a framework resumes because somebody said yes. Without a verdict on record it is refused
 * this once, and noted; the approval, if there is one, stays.
 */
export function resumeOf(moment: Moment, call: ParsedCall): Move {
  const move = moveOf(moment, call);
  const known = moment.state.calls.get(call.id);
  const asked = known?.approval !== undefined;
  if (move.kind === "record" || (asked && !(move.kind === "answer" && move.as === "pending"))) return move;
  if (move.kind === "answer" && move.as === "denied") return move;
  const refused = { ...move.decision, decision: "deny", reason: NO_APPROVAL, puts: [], requirements: [], charges: [] } as const;
  const proposed = move.kind === "wait" ? [] : move.entries;
  const once = JSON.stringify(["resumed", call.id]);
  const noted = moment.state.noted.has(once) ? [] : [refusalEntry(call, "resumed", refused, { once })];
  return { kind: "answer", entries: [...proposed, ...noted], as: "denied", decision: refused };
}

const NO_APPROVAL = "no approval is on record for exactly this call";

/** An attempt under a used id, with what it tried: the same one is noted once, and by a locked session each id once. */
function refuseReuse(moment: Moment, call: ParsedCall, reason: string): Move {
  const decision = denial("call-id-reused", reason, moment.state.labels);
  const { id, tool, definition, digest } = call;
  const once = JSON.stringify(isLocked(moment) ? ["reused", id] : ["reused", id, tool, definition, digest]);
  const note = isLocked(moment)
    ? { once }
    : { attempt: once, ...(call.args.ok ? { tried: withoutSecrets(moment, tool, call.args.args) } : {}) };
  const noted = moment.state.noted.has(once);
  return { kind: "answer", entries: noted ? [] : [refusalEntry(call, "attempt", decision, note)], as: "denied", decision };
}

/** The args of an attempt as they are recorded: where the policy would deny them, without the secrets that it finds in them. */
function withoutSecrets(moment: Moment, tool: string, args: JsonObject): JsonObject {
  return decide(moment.program, requestOf(moment, tool, args), moment.usage).masked ?? args;
}

/** Why a call is not the one that was proposed under its id; undefined where it is. */
export function reuse(known: CallState, call: ParsedCall): string | undefined {
  const id = `the call id \`${call.id}\` was used for`;
  if (known.tool !== call.tool) return `${id} another tool`;
  if (known.definition !== call.definition) return `${id} another definition of the tool`;
  // erased args can be compared with nothing: the call then only has its recorded answer
  if (known.proposed === undefined || known.settled === undefined) return undefined;
  const same = call.digest === known.proposed || (call.digest !== null && call.digest === known.settled);
  return same ? undefined : `${id} other args`;
}

function propose(moment: Moment, call: ParsedCall): Move {
  const decision = decideFresh(moment, call);
  const asking =
    decision.args !== null && decision.decision === "require_approval" ? ask(moment, call, decision, decision.args) : undefined;
  const entries = [proposalEntry(call, decision, asking?.id), ...(asking === undefined ? [] : [asking.entry])];
  if (decision.decision === "allow" && decision.args !== null) {
    return { kind: "claim", entries, claim: claimOf(moment, call, decision, []), args: decision.args, decision, charges: decision.charges };
  }
  return { kind: "answer", entries, as: asking === undefined ? "denied" : "pending", decision };
}

function isLocked({ state, bounds }: Moment): boolean {
  return bounds.denials !== undefined && state.denials >= bounds.denials;
}

function decideFresh(moment: Moment, call: ParsedCall): Decision {
  const { state } = moment;
  if (isLocked(moment)) {
    return denial("session-locked", `${state.denials} calls in a row were denied; the session takes no more`, state.labels);
  }
  if (!call.args.ok) return denial("invalid-args", call.args.reason, state.labels);
  const decision = decide(moment.program, requestOf(moment, call.tool, call.args.args), moment.usage);
  return decision.decision === "require_approval" ? bounded(moment, decision) : decision;
}

/** A question that people are asked for the first time, unless too many of them wait already. */
function bounded(moment: Moment, decision: Decision): Decision {
  const most = moment.bounds.pending;
  const pending = most === undefined ? 0 : moment.pending();
  if (most === undefined || pending < most) return decision;
  const { puts, args, labels } = decision;
  return { ...denial("too-many-pending", `${pending} approvals are pending for this principal`, labels), puts, args };
}

/** A call that was decided and not yet claimed: decided again on everything of this moment. */
function reconsider(moment: Moment, known: CallState): Move {
  const approval = known.approval === undefined ? undefined : moment.state.approvals.get(known.approval);
  if (approval !== undefined && isExpired(approval, moment.now)) return { kind: "record", entries: [settleEntry(approval.id, "expired")] };
  if (approval?.edit !== undefined) return { kind: "record", entries: decideEdit(moment, known, approval, approval.edit) };
  const { source, decision: before } = known;
  if (source === null || before.args === null)
    return refuse(moment, known, approval, denial("invalid-args", "the recorded args were erased", moment.state.labels));
  const decision = decide(moment.program, requestAgain(moment, known, source, before.args), moment.usage);
  if (decision.decision === "deny" || decision.args === null) return refuse(moment, known, approval, decision);
  const missing = unsatisfied(decision.requirements, approval?.verdicts ?? []);
  if (missing.length > 0) return askMore(moment, known, approval, decision, decision.args);
  // INVARIANT: a quorum settles its approval when it is reached, so one that still waits is not needed any more
  const entries = approval?.status === "pending" ? [settleEntry(approval.id, "withdrawn")] : [];
  return {
    kind: "claim",
    entries,
    claim: claimOf(moment, known, decision, decision.puts),
    args: decision.args,
    decision,
    charges: decision.charges,
  };
}

function refuse({ state }: Moment, known: CallState, approval: ApprovalState | undefined, decision: Decision): Move {
  const settled = approval?.status === "pending" ? [settleEntry(approval.id, "denied")] : [];
  const entries = [...settled, refusalEntry(known, "call", { ...decision, labels: state.labels })];
  return { kind: "answer", entries, as: "denied", decision };
}

/** The approval on record asks for less than the policy does now, or there is none. */
function askMore(moment: Moment, known: CallState, approval: ApprovalState | undefined, decision: Decision, args: JsonObject): Move {
  const asksAlike =
    approval?.status === "pending" &&
    approval.asked.length === decision.requirements.length &&
    decision.requirements.every((requirement) => approval.asked.some((asked) => isSame(asked, requirement)));
  if (asksAlike) return { kind: "answer", entries: [], as: "pending", decision };
  const asked = approval?.status === "pending" ? decision : bounded(moment, decision);
  if (asked.decision === "deny") return refuse(moment, known, approval, asked);
  return { kind: "answer", entries: [ask(moment, known, decision, args, approval).entry], as: "pending", decision };
}

/** The labels that a call of a tool puts. */
export function toolLabels({ labels, trust }: Pick<ToolFacts, "labels" | "trust">): readonly string[] {
  return trust === "untrusted" ? [...new Set([...labels, UNTRUSTED])].sort() : labels;
}

/** The record of a claim that is made now; `puts` are labels of rules that matched only now. */
export function claimOf(
  moment: Moment,
  { id, tool }: Pick<ParsedCall, "id" | "tool">,
  decision: Decision,
  puts: readonly string[],
  charges: readonly Charge[] = decision.charges,
): Entry {
  const { facts } = moment.program.lookup(tool, moment.pin.agent);
  const labels = toolLabels(facts);
  const { rules, shadow } = decision;
  const how = decision.decision === "allow" ? "allow" : "approved";
  return claimEntry({
    call: id,
    charges: chargesOf({ charges }),
    decision: how,
    effect: facts.effect,
    labels,
    lease: moment.now + LEASE,
    puts: puts.length === 0 ? labels : [...new Set([...labels, ...puts])],
    rules,
    shadow,
    step: decision.step === undefined ? null : { index: decision.step.index, workflow: decision.step.workflow },
    tool,
    trust: facts.trust,
  });
}

function isIdempotent(moment: Moment, known: CallState): boolean {
  return known.decision.args !== null && (moment.program.lookup(known.tool, moment.pin.agent).entry?.idempotent ?? false);
}

/**
 * A call that paused, or an idempotent one whose outcome never came, is run again under the same idempotency key, as long as
 * the policy still lets it; it was counted already.
 */
function claimAgain(moment: Moment, known: CallState): Move {
  const { source, decision: before } = known;
  const unknown: Move = { kind: "answer", entries: [], as: "unknown", decision: before };
  const approval = known.approval === undefined ? undefined : moment.state.approvals.get(known.approval);
  if (source === null || before.args === null || (approval !== undefined && isExpired(approval, moment.now))) return unknown;
  const decision = decide(moment.program, requestAgain(moment, known, source, before.args), withoutOwn(moment, known));
  const stands = decision.decision !== "deny" && unsatisfied(decision.requirements, approval?.verdicts ?? []).length === 0;
  if (!stands || decision.args === null) return unknown;
  const own = ownNow(moment, known);
  const charges = decision.charges.filter((c) => !own.some((o) => o.limit === c.limit && o.key === c.key && o.amount >= c.amount));
  return {
    kind: "claim",
    entries: [],
    claim: claimOf(moment, known, decision, decision.puts, charges),
    args: decision.args,
    decision,
    charges,
  };
}

/** What its claims were counted for and still count for. */
function ownNow({ program, now }: Moment, { charged }: CallState): CallState["charged"] {
  return charged.filter(({ limit, at }) => {
    const statement = program.statements.get(limit);
    return statement !== undefined && "window" in statement && at > now - statement.window;
  });
}

/** What others used of the limits: a call is not in its own way. */
function withoutOwn(moment: Moment, known: CallState): Usage {
  const own = ownNow(moment, known);
  return (limit, key) =>
    moment.usage(limit, key) - own.filter((c) => c.limit === limit && c.key === key).reduce((sum, { amount }) => sum + amount, 0);
}
