import type { RunContext } from "@openai/agents";
import { digestOf, failedText, proposalText, refusalText, unguardedText, type Call, type Session } from "@sallyport/core";
import { fromOutcome } from "./from-outcome.ts";
import { GatedRun } from "./gated-run.ts";
import type { Guard } from "./guard.ts";
import type { AnyTool, Details } from "./native-agent.ts";
import { writtenIn } from "./malformed.ts";
import { hintsOf } from "./native-yes.ts";
import { parseText, toCall } from "./to-call.ts";

/** The gate in the place of a tool's `invoke`: the tool runs at most once for a call, with the args that were decided on. */
export function guardedInvoke(guard: Guard): AnyTool["invoke"] {
  return async (runContext, text, details) => {
    const written = writtenIn(text);
    const entered = await enter(runContext, written, details, guard);
    if (entered.kind === "refused") return entered.reason;
    const { session, call, args } = entered;
    const run = new GatedRun({ runContext, text: written, args, details }, guard);
    const outcome = await session.call(call, run.start, { signal: details?.signal });
    // the SDK finds the inner run that waits by the call, and pauses the outer one
    return run.isWaiting && outcome.status === "unknown" ? "" : fromOutcome(outcome);
  };
}

/** The gate in the place of a tool's `needsApproval`: asks a human where the policy does, or else where the tool itself does. */
export function guardedApproval(guard: Guard): AnyTool["needsApproval"] {
  return async (runContext, input, callId) => {
    const text = JSON.stringify(input) ?? "";
    if (guard.isLoose || writtenIn(text) !== text) return false;
    const isYes = callId !== undefined && hintsOf(runContext)?.isSaid(guard.agent, callId) === true;
    const { status, args } = await propose(runContext, input, callId, guard, { resumed: isYes });
    if (status === "pending" || status === "deny") return status === "pending";
    // what the tool itself asks is for the app's own people to answer
    return !isYes && (await guard.native.needsApproval(runContext, args, callId));
  };
}

type Entered =
  | { readonly kind: "call"; readonly session: Session; readonly call: Call; readonly args: unknown }
  | { readonly kind: "refused"; readonly reason: string };

/** Finds session and call; whatever breaks on the way denies. */
async function enter(runContext: RunContext, text: string, details: Details | undefined, guard: Guard): Promise<Entered> {
  if (guard.isLoose) return { kind: "refused", reason: unguardedText(guard.name) };
  try {
    const parsed = parseText(guard.native, text);
    if (!parsed.ok) return { kind: "refused", reason: unfit(parsed.error, guard) };
    const { args } = parsed;
    const session = await open(runContext, guard);
    const call = toCall(callIdOf(details, guard.name, args), guard.name, args, await guard.definition());
    const before = await session.propose(call);
    if (before.status !== "pending" || call.id !== details?.toolCall?.callId) return { kind: "call", session, call, args };
    // the SDK runs a call that waits only where somebody said yes to it; that is noted where no verdict of ours agrees
    const proposal = await session.propose(call, { resumed: true });
    return proposal.status === "allow" ? { kind: "call", session, call, args } : { kind: "refused", reason: proposalText(proposal) };
  } catch (error) {
    return { kind: "refused", reason: refusalText(error, guard.onFault) };
  }
}

interface Proposed {
  /** `unknown`: it could not be proposed, and `invoke` says so */
  readonly status: "allow" | "deny" | "pending" | "unknown";
  readonly args: unknown;
}

/** Proposes a call. Where that fails the tool itself may still want to ask: nothing is let through by that. */
async function propose(
  runContext: RunContext,
  input: unknown,
  callId: string | undefined,
  guard: Guard,
  options: { readonly resumed: boolean },
): Promise<Proposed> {
  try {
    const parsed = parseText(guard.native, JSON.stringify(input));
    if (!parsed.ok || callId === undefined) return { status: "unknown", args: input };
    const { args } = parsed;
    const session = await open(runContext, guard);
    const { status, approval } = await session.propose(toCall(callId, guard.name, args, await guard.definition()), options);
    // refused this once, while the call that was asked about still waits
    const waits = options.resumed && status === "deny" && approval?.status === "pending";
    return { status: waits ? "pending" : status, args };
  } catch (error) {
    guard.onFault(error);
    return { status: "unknown", args: input };
  }
}

async function open(runContext: RunContext, { agentName, open }: Guard): Promise<Session> {
  return open({ context: runContext.context, runContext, agentName });
}

/**
 * The id that the model gave the call. A tool that runs another one with the details it was handed makes a call of its own,
 * which is the same where it is tried again; without details no two calls are the same.
 */
function callIdOf(details: Details | undefined, tool: string, args: unknown): string {
  const within: unknown = details && Reflect.get(details, "idempotencyKey");
  if (typeof within === "string") return `${within}/${tool}/${digestOf([JSON.stringify(args) ?? ""])}`;
  return details?.toolCall?.callId ?? crypto.randomUUID();
}

/** What the model reads of args that the tool's own schema refuses: nothing runs, and the gate is not asked. */
function unfit(error: unknown, { name }: Guard): string {
  const says = error instanceof Error ? error.message : "it does not take them";
  return failedText(`invalid args for \`${name}\`: ${says}`);
}
