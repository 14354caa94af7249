/** The gate's calls: what can be done about one now, and what becomes of it. */
import { ask, decideEdit, expire, refuse } from "./approvals.ts";
import { type Answer, type Attempt, denied, UNKNOWN } from "./operation.ts";
import { decide, LABELS, setArgs } from "./policies.ts";
import { argsOf, askedAt, type CallModel, callIn, chargeFor, isExpired, sessionIn, type SessionModel } from "./world.ts";
import { textOf, unsatisfied, usedBy, type World } from "./world.ts";

const LEASE = 60_000;
const DENIALS = 10;

/** Where a call stands after all that can be done about it now; `claim`: it may run, `wait`: somebody runs it. */
export function touch(world: World, attempt: Attempt): "claim" | "wait" | Answer {
  const session = sessionIn(world, attempt.session);
  session.owner ??= attempt.who;
  if (session.owner !== attempt.who) return denied(["invalid-session"]);
  const known = session.calls[attempt.id];
  if (known === undefined) return propose(world, session, attempt);
  const isSame = attempt.args === known.proposed || (attempt.args !== "broken" && textOf(argsOf(attempt.args)) === textOf(known.args));
  if (known.tool !== attempt.tool || !isSame) return refuseReuse(session, attempt);
  if (known.status === "started" && known.lease > world.now) return "wait";
  if (known.status === "started") known.status = "unknown";
  switch (known.status) {
    case "denied":
      return denied(known.rules);
    case "unknown":
      return known.tool === "ping" ? claimAgain(world, session, known, `${attempt.session}/${attempt.id}`) : UNKNOWN;
    case "allowed":
    case "pending":
      return reconsider(world, session, known);
    case "completed":
    case "failed":
      return { status: known.status };
  }
}

function propose(world: World, session: SessionModel, { id, tool, args }: Attempt): "claim" | Answer {
  const known: CallModel = { tool, proposed: args, args: null, rules: [], status: "allowed", lease: 0, ran: [], held: 0 };
  session.calls[id] = known;
  const given = argsOf(args);
  if (session.denials >= DENIALS) return refuse(session, known, ["session-locked"]);
  if (given === null) return refuse(session, known, ["invalid-args"]);
  known.args = setArgs(tool, given);
  const ruling = decide(world.version, tool, known.args, session.labels, usedBy(world, session.owner ?? ""));
  session.labels = [...session.labels, ...ruling.puts];
  if (ruling.decision === "deny") return refuse(session, known, ruling.rules);
  known.rules = ruling.rules;
  if (ruling.decision === "require_approval") return ask(world, known, ruling.asks);
  session.denials = 0;
  return "claim";
}

/** Each other use of a call id counts once; where the session is locked, each id. */
function refuseReuse(session: SessionModel, { id, tool, args }: Attempt): Answer {
  const attempt = session.denials >= DENIALS ? id : `${id} ${tool} ${args}`;
  if (!session.attempts.includes(attempt)) {
    session.attempts.push(attempt);
    session.denials += 1;
  }
  return denied(["call-id-reused"]);
}

/** Decided again, on everything of this moment. */
function reconsider(world: World, session: SessionModel, known: CallModel): "claim" | Answer {
  const { approval } = known;
  if (approval !== undefined && isExpired(approval, world.now)) return expire(session, known, approval);
  if (approval !== undefined) decideEdit(world, session, known, approval);
  if (known.status === "denied" || known.args === null) return denied(known.rules);
  const ruling = decide(world.version, known.tool, known.args, session.labels, usedBy(world, session.owner ?? ""));
  if (ruling.decision === "deny") return refuse(session, known, ruling.rules);
  const asked = ruling.asks.map((rule) => askedAt(rule, world.now, []));
  if (unsatisfied(asked, approval?.verdicts ?? []).length > 0) return ask(world, known, ruling.asks);
  if (approval?.status === "pending") {
    approval.status = "withdrawn";
    session.denials = 0;
  }
  return "claim";
}

/** What is idempotent and unknown runs again as long as the policy still lets it. */
function claimAgain(world: World, session: SessionModel, { tool, args, approval }: CallModel, name: string): "claim" | Answer {
  if (args === null || (approval !== undefined && isExpired(approval, world.now))) return UNKNOWN;
  const ruling = decide(world.version, tool, args, session.labels, usedBy(world, session.owner ?? "", name));
  const asked = ruling.asks.map((rule) => askedAt(rule, world.now, []));
  return ruling.decision === "deny" || unsatisfied(asked, approval?.verdicts ?? []).length > 0 ? UNKNOWN : "claim";
}

/** A call is somebody's to run from now on. */
export function claim(world: World, attempt: Attempt): void {
  const session = sessionIn(world, attempt.session);
  const known = callIn(world, attempt);
  const label = LABELS[known.tool];
  if (label !== undefined) session.labels = [...session.labels, label];
  known.status = "started";
  known.lease = world.now + LEASE;
  chargeFor(world, session.owner ?? "", `${attempt.session}/${attempt.id}`, known);
}

/** Its tool runs. */
export function run(world: World, attempt: Attempt): void {
  const { ran, args } = callIn(world, attempt);
  if (args !== null) ran.push(args);
}

/** How it ended; the first to say so is believed. */
export function end(world: World, attempt: Pick<Attempt, "session" | "id">, fails: boolean): Answer {
  const known = callIn(world, attempt);
  if (known.status === "started" || known.status === "unknown") known.status = fails ? "failed" : "completed";
  return { status: known.status };
}
