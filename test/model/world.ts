/** What the gate knows, as DESIGN.md and POLICY.md have it: plain data, of which every step makes a new one. */
import { type CallView, type View, ARGS, type ArgsName } from "./operation.ts";
import { type Approver, type Args, isCapped, keyOf, type ModelRule, type Tool, type Version, WINDOW } from "./policies.ts";

/** One requirement since it was asked; `key` says which text of the rule. */
export interface Asked {
  readonly key: string;
  readonly rule: string;
  readonly quorum: number;
  readonly expiresAt: number;
}

/** An approval since it was asked for. */
export interface ApprovalModel {
  status: "pending" | "approved" | "denied" | "expired" | "withdrawn";
  asked: readonly Asked[];
  /** who approved, and the requirements that it counts for */
  verdicts: readonly { readonly approver: Approver; readonly keys: readonly string[] }[];
  edit?: { readonly args: Args; readonly approver: Approver };
}

/** A call since it was proposed. */
export interface CallModel {
  readonly tool: Tool;
  readonly proposed: ArgsName;
  /** as decided on; null: nothing was */
  args: Args | null;
  rules: readonly string[];
  status: "allowed" | "pending" | "denied" | "started" | "unknown" | "completed" | "failed";
  lease: number;
  approval?: ApprovalModel;
  readonly ran: Args[];
  /** how many runs have not ended yet */
  held: number;
}

/** A session since it was opened. */
export interface SessionModel {
  owner?: string;
  labels: readonly string[];
  /** denials in a row */
  denials: number;
  readonly attempts: string[];
  readonly calls: Record<string, CallModel>;
}

/** Everything. */
export interface World {
  now: number;
  version: Version;
  readonly sessions: Record<string, SessionModel>;
  readonly charges: { readonly who: string; readonly call: string; readonly at: number; readonly amount: number }[];
}

/** A world in which nothing has happened. */
export function emptyWorld(now: number): World {
  const session = (): SessionModel => ({ labels: [], denials: 0, attempts: [], calls: {} });
  return { now, version: "base", sessions: { s1: session(), s2: session() }, charges: [] };
}

/** A session of the world. */
export function sessionIn(world: World, id: string): SessionModel {
  const session = world.sessions[id];
  if (session === undefined) throw new Error(`there is no session \`${id}\``);
  return session;
}

/** A call that is known. */
export function callIn(world: World, { session, id }: { readonly session: string; readonly id: string }): CallModel {
  const known = sessionIn(world, session).calls[id];
  if (known === undefined) throw new Error(`there is no call \`${id}\``);
  return known;
}

/** Two rules are one requirement where their texts are the same. */
export function askedAt(rule: ModelRule, now: number, before: readonly Asked[]): Asked {
  const { text, expires } = rule;
  const key = keyOf(rule);
  return before.find((asked) => asked.key === key) ?? { key, rule: text.id, quorum: text.approval?.quorum ?? 1, expiresAt: now + expires };
}

/** The requirements that lack their quorum of different approvers. */
export function unsatisfied(asked: readonly Asked[], verdicts: ApprovalModel["verdicts"]): readonly Asked[] {
  return asked.filter(
    ({ key, quorum }) => new Set(verdicts.flatMap(({ approver, keys }) => (keys.includes(key) ? [approver] : []))).size < quorum,
  );
}

/** Whether one of the requirements has come to its end. */
export function isExpired({ asked }: ApprovalModel, now: number): boolean {
  return asked.some(({ expiresAt }) => now >= expiresAt);
}

/** What a limit counted for a principal in its window, without what `call` was counted for itself. */
export function usedBy({ charges, now }: World, who: string, call?: string): number {
  const counted = charges.filter((charge) => charge.who === who && charge.call !== call && charge.at > now - WINDOW);
  return counted.reduce((sum, { amount }) => sum + amount, 0);
}

/** Counts a claim; one that is made again counts once in a window. */
export function chargeFor(world: World, who: string, call: string, { tool, args }: CallModel): void {
  const counts = world.charges.some((charge) => charge.call === call && charge.at > world.now - WINDOW);
  if (isCapped(tool) && !counts) world.charges.push({ who, call, at: world.now, amount: args?.amount ?? 0 });
}

/** What can be seen of a world, in one order. */
export function viewOf({ sessions, now }: World): string {
  const calls = Object.entries(sessions).flatMap(([session, { calls }]) =>
    Object.entries(calls).map(([id, call]) => [`${session}/${id}`, viewCall(call, now)] as const),
  );
  return viewText(Object.fromEntries(calls));
}

/** What is seen as text; of calls that are only proposed nothing is. */
export function viewText(view: View): string {
  const seen = Object.entries(view).filter(([, { status, ran }]) => status !== "none" || ran.length > 0);
  return JSON.stringify(Object.fromEntries(seen.sort(([a], [b]) => (a < b ? -1 : 1))), undefined, 1);
}

function viewCall({ status, ran, approval, args }: CallModel, now: number): CallView {
  const seen = status === "allowed" ? "none" : status === "started" ? "unknown" : status;
  if (approval === undefined) return { status: seen, ran: ran.map(textOf) };
  const rules = unsatisfied(approval.asked, approval.verdicts).map(({ rule }) => rule);
  const isOpen = approval.status === "pending" || (approval.status === "approved" && status === "pending");
  const standing = isOpen && isExpired(approval, now) ? "expired" : approval.status;
  return { status: seen, ran: ran.map(textOf), approval: viewApproval(seen, standing, rules, textOf(args)) };
}

/** An approval as it is compared; of a call that is denied only how it ended. */
export function viewApproval(call: string, status: string, rules: readonly string[], args: string): NonNullable<CallView["approval"]> {
  return call === "denied" ? { status } : { status, rules, args };
}

/** Args as text, in one order. */
export function textOf(args: Partial<Args> | null): string {
  return args === null ? "null" : JSON.stringify([args.to, args.body, args.amount]);
}

/** The args with a name. */
export function argsOf(name: ArgsName): Args | null {
  return ARGS[name];
}
