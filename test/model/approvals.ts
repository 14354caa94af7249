/** The gate's approvals: what is asked, who may answer, and what an answer does. */
import { type Answer, type Answering, denied } from "./operation.ts";
import { APPROVERS, type Approver, type Args, changes, decide, type ModelRule, ruleWith, setArgs } from "./policies.ts";
import { type ApprovalModel, argsOf, type Asked, askedAt, type CallModel, isExpired, sessionIn, type SessionModel } from "./world.ts";
import { textOf, unsatisfied, usedBy, type World } from "./world.ts";

/** What is told of an answer that came too late to be kept. */
export const UNHEARD: Answer = { status: "ignored", rules: [] };

const ignored = (rules: readonly string[]): Answer => ({ status: "ignored", rules });

/** A call is denied for good, and so is what was asked about it. */
export function refuse(session: SessionModel, known: CallModel, rules: readonly string[]): Answer {
  session.denials += 1;
  known.status = "denied";
  known.rules = rules;
  if (known.approval?.status === "pending") known.approval.status = "denied";
  return denied(rules);
}

/** Asks people; what was asked before in the same words keeps its time and its verdicts, what is not asked any more loses both. */
export function ask(world: World, known: CallModel, rules: readonly ModelRule[]): Answer {
  const { asked: before = [], verdicts = [] } = known.approval ?? {};
  const asked = rules.map((rule) => askedAt(rule, world.now, before));
  const kept = verdicts.map(({ approver, keys }) => ({ approver, keys: keys.filter((key) => asked.some((still) => still.key === key)) }));
  known.approval = { status: "pending", asked, verdicts: kept };
  known.status = "pending";
  return { status: "pending" };
}

/** Nobody answered in time, or nobody made the call. */
export function expire(session: SessionModel, known: CallModel, approval: ApprovalModel): Answer {
  approval.status = "expired";
  return refuse(session, known, known.rules);
}

/** The ids of the rules that are still to be answered. */
export function openRules({ asked, verdicts }: ApprovalModel): readonly string[] {
  return unsatisfied(asked, verdicts).map(({ rule }) => rule);
}

/** Takes one answer; `edited`: it has to be decided on. */
export function judge(
  world: World,
  session: SessionModel,
  known: CallModel,
  approval: ApprovalModel,
  answering: Answering,
): Answer | "edited" {
  const { approver, decision, edit, outdated } = answering;
  if (approval.status !== "pending" || known.status !== "pending") return UNHEARD;
  if (isExpired(approval, world.now)) {
    expire(session, known, approval);
    return UNHEARD;
  }
  const keys = keysFor(approval.asked, approver, session);
  if ("tenant" in APPROVERS[approver] || keys.length === 0) return ignored(openRules(approval));
  if (decision === "deny") return deny(session, known, known.rules);
  if (approval.edit !== undefined || outdated) return ignored(openRules(approval));
  const args = edit === undefined ? known.args : argsOf(edit);
  if (args === null || known.args === null) return deny(session, known, ["invalid-args"]);
  if (!mayChange(approval.asked, known.args, args)) return ignored(openRules(approval));
  if (textOf(args) !== textOf(known.args)) {
    // earlier verdicts lapse
    Object.assign(approval, { edit: { args, approver }, verdicts: [{ approver, keys }] } satisfies Partial<ApprovalModel>);
    return "edited";
  }
  approval.verdicts = [...approval.verdicts, { approver, keys }];
  settle(session, approval);
  return { status: approval.status, rules: openRules(approval) };
}

/** An edited call is `set` and decided like a new one; the editor's answer counts for what is asked then. */
export function decideEdit(world: World, session: SessionModel, known: CallModel, approval: ApprovalModel): void {
  const { edit } = approval;
  if (edit === undefined) return;
  delete approval.edit;
  const args = setArgs(known.tool, edit.args);
  const ruling = decide(world.version, known.tool, args, session.labels, usedBy(world, session.owner ?? ""));
  if (ruling.decision === "deny") {
    refuse(session, known, ruling.rules);
    known.args = args;
    return;
  }
  const asked = ruling.asks.map((rule) => askedAt(rule, world.now, approval.asked));
  const keys = mayChange(asked, known.args, edit.args) ? keysFor(asked, edit.approver, session) : [];
  Object.assign(approval, { asked, verdicts: [{ approver: edit.approver, keys }] } satisfies Partial<ApprovalModel>);
  Object.assign(known, { args, rules: ruling.rules } satisfies Partial<CallModel>);
  settle(session, approval);
}

function keysFor(asked: readonly Asked[], approver: Approver, { owner = "" }: SessionModel): readonly string[] {
  return asked.flatMap(({ key }) => (ruleWith(key).counts(approver, owner) ? [key] : []));
}

function mayChange(asked: readonly Asked[], before: Args | null, after: Args): boolean {
  return changes(before, after).every((field) =>
    asked.every(({ key }) => ruleWith(key).text.approval?.editable?.includes(`args.${field}`)),
  );
}

function settle(session: SessionModel, approval: ApprovalModel): void {
  if (openRules(approval).length > 0) return;
  approval.status = "approved";
  session.denials = 0;
}

function deny(session: SessionModel, known: CallModel, rules: readonly string[]): Answer {
  refuse(session, known, rules);
  return { status: "denied", rules: [] };
}

/** Whoever looks at an approval decides on an edit that was left. */
export function lookAt(world: World, session: string, id: string): void {
  const of = sessionIn(world, session);
  const known = of.calls[id];
  if (known?.approval?.status === "pending" && !isExpired(known.approval, world.now)) decideEdit(world, of, known, known.approval);
}

/** What is left after all approvals were looked at. */
export function afterLook(world: World): World {
  const draft = structuredClone(world);
  for (const [session, { calls }] of Object.entries(draft.sessions)) for (const id of Object.keys(calls)) lookAt(draft, session, id);
  return draft;
}
