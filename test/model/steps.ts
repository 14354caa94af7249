/** What each operation does to the world, step by step, and what it is told: other operations may come in between. */
import { decideEdit, judge, lookAt, openRules, UNHEARD } from "./approvals.ts";
import { claim, end, run, touch } from "./calls.ts";
import { type Answer, type Answering, type Attempt, denied, DONE, LOST, NONE, type Operation } from "./operation.ts";
import { APPROVERS } from "./policies.ts";
import { callIn, sessionIn, type World } from "./world.ts";

/** Where a step leads: to an answer, or on. */
type Reached = { readonly world: World; readonly answer: Answer } | { readonly world: World; readonly next: Step };
/** All that may follow; nothing does where it waits for somebody else's step. */
export type Step = (world: World) => readonly Reached[];

/** The first step of an operation. */
export function stepOf(operation: Operation): Step {
  switch (operation.do) {
    case "propose":
      return simple((world) => propose(world, operation, operation.resumed));
    case "call":
      return call(operation, operation.fails);
    case "hold":
      return claiming(operation, (world) => [{ world: changed(world, (draft) => hold(draft, operation)), answer: { status: "running" } }]);
    case "finish":
      return simple((world) => finish(world, operation));
    case "fault":
      return (world) => fault(world, operation);
    case "verdict":
      return (world) => verdict(world, operation);
    case "policy":
      return simple((world) => tell(DONE, (world.version = operation.to)));
    case "wait":
      return simple((world) => tell(DONE, (world.now += operation.ms)));
    case "restart":
      return simple(() => DONE);
    case "storm":
      return simple((world) => storm(world, operation));
  }
}

const tell = (answer: Answer, _done: unknown): Answer => answer;

/** A new world in which something was done. */
function changed(world: World, change: (draft: World) => void): World {
  const draft = structuredClone(world);
  change(draft);
  return draft;
}

/** A step that does all at once. */
function simple(act: (draft: World) => Answer): Step {
  return (world) => {
    const draft = structuredClone(world);
    const answer = act(draft);
    return [{ world: draft, answer }];
  };
}

/** Claims and runs a call and goes on from there; or says how it stands, or waits. */
function claiming(attempt: Attempt, then: Step): Step {
  return (world) => {
    const draft = structuredClone(world);
    const standing = touch(draft, attempt);
    if (standing === "wait") return [];
    if (standing !== "claim") return [{ world: draft, answer: standing }];
    claim(draft, attempt);
    run(draft, attempt);
    return then(draft);
  };
}

function call(attempt: Attempt, fails: boolean): Step {
  return claiming(attempt, (world) => [{ world, next: simple((draft) => end(draft, attempt, fails)) }]);
}

function hold(draft: World, attempt: Attempt): void {
  callIn(draft, attempt).held += 1;
}

function finish(world: World, { session, id, fails }: Operation & { readonly do: "finish" }): Answer {
  const known = sessionIn(world, session).calls[id];
  if (known === undefined || known.held === 0) return NONE;
  known.held -= 1;
  return end(world, { session, id }, fails);
}

/** A call that is decided and not run. A framework's yes is none. */
function propose(world: World, attempt: Attempt, resumed: boolean): Answer {
  const before = sessionIn(world, attempt.session).calls[attempt.id]?.approval;
  const standing = touch(world, attempt);
  const status = typeof standing === "object" ? standing.status : standing;
  if (status === "denied" && typeof standing === "object") return standing;
  if (resumed && (before === undefined || status === "pending")) return { status: "refused" };
  return { status: status === "pending" ? "pending" : "allow" };
}

function storm(world: World, { session, calls }: Operation & { readonly do: "storm" }): Answer {
  const who = sessionIn(world, session).owner === "mallory" ? "mallory" : "ann";
  const answers = Array.from({ length: calls }, (_, at) => {
    const answer = touch(world, { process: 0, session, who, id: `storm${at}`, tool: "fire", args: "hi" });
    return typeof answer === "object" ? (answer.rules ?? []) : [answer];
  });
  return { status: "storm", rules: answers.flat() };
}

/** A call that meets a fault: what of it is on record then; where that may be more than one thing, each of them. */
function fault(world: World, attempt: Operation & { readonly do: "fault" }): readonly Reached[] {
  const opened = changed(world, (draft) => void (sessionIn(draft, attempt.session).owner ??= attempt.who));
  const touched = structuredClone(opened);
  const standing = touch(touched, attempt);
  const known = (at: World): boolean => sessionIn(at, attempt.session).calls[attempt.id] !== undefined;
  const reaches = attempt.point.endsWith("call.proposed") ? !known(opened) && known(touched) : standing === "claim";
  if (!reaches) return call(attempt, false)(world);
  const claimed = standing === "claim" ? [changed(touched, (draft) => claim(draft, attempt))] : [];
  const ran = claimed.map((before) => changed(before, (draft) => run(draft, attempt)));
  const answer = attempt.lost ? LOST : denied(["error:store"]);
  const told = (worlds: readonly World[]): readonly Reached[] => worlds.map((reached) => ({ world: reached, answer }));
  switch (attempt.point) {
    case "before call.proposed":
      return told([opened]);
    case "after call.proposed":
      return told([touched, ...claimed]);
    case "before call.started":
      return told([opened, touched]);
    case "after call.started":
      return told(claimed);
    case "before call.completed":
      return attempt.lost ? told(ran) : ran.map((after) => ({ world: after, next: simple((draft) => end(draft, attempt, false)) }));
    case "after call.completed": {
      const next = simple((draft) => (attempt.lost ? tell(LOST, end(draft, attempt, false)) : end(draft, attempt, false)));
      return ran.map((after) => ({ world: after, next }));
    }
  }
}

/** Whoever answers looks first; and an edit is answered first, and then decided on. */
function verdict(world: World, answering: Answering): readonly Reached[] {
  if (APPROVERS[answering.approver].id === "") return [{ world, answer: { status: "rejected" } }];
  if (sessionIn(world, answering.session).calls[answering.id]?.approval === undefined) return [{ world, answer: NONE }];
  const looked = changed(world, (draft) => lookAt(draft, answering.session, answering.id));
  return [{ world: looked, next: (after) => answered(after, answering) }];
}

function answered(world: World, answering: Answering): readonly Reached[] {
  const draft = structuredClone(world);
  const known = callIn(draft, answering);
  if (known.approval === undefined) return [{ world, answer: NONE }];
  const answer = judge(draft, sessionIn(draft, answering.session), known, known.approval, answering);
  if (answer === "edited" && !answering.dies) return [{ world: draft, next: simple((after) => decided(after, answering)) }];
  return [{ world: draft, answer: answer === "edited" || (answering.dies && answer !== UNHEARD) ? LOST : answer }];
}

/** What an approver is told once an edit was decided on, now or by somebody else. */
function decided(world: World, answering: Answering): Answer {
  const session = sessionIn(world, answering.session);
  const known = callIn(world, answering);
  const { approval } = known;
  if (approval === undefined) return NONE;
  if (known.status === "pending") decideEdit(world, session, known, approval);
  if (approval.status === "expired" || approval.status === "withdrawn") return { status: "ignored", rules: [] };
  return { status: approval.status, rules: approval.status === "pending" ? openRules(approval) : [] };
}
