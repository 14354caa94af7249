import type { ToolExecutionContext } from "@mastra/core/tools";
import {
  checkFit,
  outcomeText,
  paused,
  proposalText,
  refusalText,
  type Approval,
  type Call,
  type Run,
  type Session,
} from "@sallyport/core";
import { fromOutcome, refuse, shownArgs } from "./from-outcome.ts";
import type { Guard } from "./guard.ts";
import { readExecution, type Execution } from "./handed.ts";
import { handedOn, resultOf, type Left } from "./handed-on.ts";
import { agentCallId, toCall } from "./to-call.ts";

/** What Mastra hands a tool besides its args; nothing, where code runs it. */
export type Context = Partial<ToolExecutionContext> | undefined;

/** A tool's `execute`, whatever its types. */
export type Execute = (input: unknown, context: Context) => unknown;

/** Puts the gate before an `execute`: it runs at most once for a call, with the args that were decided on. */
export function guardedExecute(execute: Execute, guard: Guard): (input: unknown, context: Context) => Promise<unknown> {
  return async (input, context) => {
    const execution = readExecution(context);
    const entered = await enter(input, execution, guard);
    if (entered.kind === "answer") return entered.answer;
    if (entered.kind === "refused") return refuse(entered.reason, execution.caller);
    if (entered.kind === "waits") return pause(entered.approval, entered.reason, execution);
    const left: Left = {};
    const outcome = await entered.session.call(entered.call, runOf(execute, guard, context, left), { signal: execution.signal });
    // outside of the gate and of any catch: what suspends the run is Mastra's to throw
    if (left.suspend !== undefined && outcome.status === "unknown") return left.suspend();
    return outcome.status === "pending" ? pause(outcome.approval, outcomeText(outcome), execution) : fromOutcome(outcome, execution.caller);
  };
}

type Entered =
  | { readonly kind: "call"; readonly session: Session; readonly call: Call }
  | { readonly kind: "answer"; readonly answer: unknown }
  | { readonly kind: "waits"; readonly approval: Approval; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string };

/** Finds session and call and proposes it; whatever breaks on the way denies. */
async function enter(input: unknown, execution: Execution, guard: Guard): Promise<Entered> {
  try {
    const parsed = await guard.parse(input);
    if (!parsed.ok) return { kind: "answer", answer: parsed.error };
    const { requestContext, runId } = execution.handed;
    const session = await guard.open(execution.handed);
    const call = await toCall(execution, guard.name, parsed.args, await guard.definition());
    const { toolCallId = "" } = execution;
    const batch = guard.batches.take(requestContext, session, { ...call, toolCallId });
    if (batch === undefined || runId === undefined) return await comeBack(session, call, execution);
    await batch.propose(session, runId);
    return { kind: "call", session, call: { ...call, id: batch.idOf(runId, toolCallId) } };
  } catch (error) {
    return { kind: "refused", reason: refusalText(error, guard.onFault) };
  }
}

/**
 * Mastra runs `execute` of a suspended call again only where somebody said yes to it, and hands on nothing that says so:
 * `resumeData` can be the model's own. That is noted where no verdict of ours agrees, and the call waits on.
 */
async function comeBack(session: Session, proposed: Call, execution: Execution): Promise<Entered> {
  // of several uses the last is under way
  const id = (await session.lastOf([proposed.id, ...usesOf(execution)])) ?? proposed.id;
  const call = { ...proposed, id };
  const before = await session.standing(id);
  if (before?.status !== "pending") return { kind: "call", session, call };
  const { status, approval, ...rest } = await session.propose(call, { resumed: true });
  const waits = status === "deny" && approval?.status === "pending";
  return waits ? { kind: "waits", approval, reason: proposalText({ status, ...rest }) } : { kind: "call", session, call };
}

/** The ids that a run may have called a tool by: the model may use one again in a later message. */
function usesOf({ handed: { runId }, toolCallId }: Execution): readonly string[] {
  if (runId === undefined || toolCallId === undefined) return [];
  return Array.from({ length: MOST_STEPS }, (_, step) => agentCallId(runId, toolCallId, step));
}

/** How many model calls of a run are looked at for a later use of an id; Mastra makes at most 5 unless the app says more. */
const MOST_STEPS = 100;

function runOf(execute: Execute, guard: Guard, context: Context, left: Left): Run {
  return async (args, control) => {
    // the tool parses them once more, after a rule or an approver may have changed them
    await checkFit(guard.name, args, async (decided) => parsedBy(guard, decided));
    const result = await started(async () => execute(args, handedOn(context, control, left)), left);
    if (left.suspend !== undefined) return paused;
    return left.adopted === undefined ? result : resultOf(left.adopted, control.signal);
  };
}

/** Runs the tool; where it throws, what it has handed over is cancelled. */
async function started(run: () => Promise<unknown>, left: Left): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    await left.adopted?.cancel?.(error);
    throw error;
  }
}

/** Mastra's own pause: the native request for a human, or where nothing could be resumed a denial that says so. */
async function pause(approval: Approval, reason: string, { caller, suspend }: Execution): Promise<unknown> {
  if (suspend === undefined) return refuse(`${reason}; it cannot wait here, since nothing could resume it`, caller);
  if (caller === "workflow") return suspend(shownArgs(approval));
  // no payload: it would have to fit the tool's own `suspendSchema`
  return suspend(undefined, { requireToolApproval: { toolName: approval.call.tool, args: shownArgs(approval) } });
}

async function parsedBy(guard: Guard, args: unknown): Promise<{ readonly parsed: unknown } | undefined> {
  const parsed = await guard.parse(args);
  return parsed.ok ? { parsed: parsed.args } : undefined;
}
