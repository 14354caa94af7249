import {
  declinedText,
  outcomeText,
  proposalText,
  refusalText,
  type Approval,
  type Call,
  type Guarding,
  type Session,
} from "@sallyport/core";
import { denied, fromOutcome } from "./from-outcome.ts";
import { GatedRun, isRunning, type NativeRun } from "./gated-run.ts";
import { handedOf, type Handed } from "./handed.ts";
import { readAnswers } from "./native-answer.ts";
import type { ResultShape } from "./native-result.ts";
import { interruptOf, isPause, pauseRequest } from "./pause.ts";
import { messagesOf, toCall, toDefinition } from "./to-call.ts";

/** Runs a call through the gate: it runs at most once, with the args that were decided on, and pauses the graph where it has to wait. */
export async function guardedCall(native: NativeRun, guarding: Guarding<Handed>): Promise<unknown> {
  const { session, call, shape } = await enter(native, guarding);
  for (;;) {
    const run = new GatedRun(native, shape);
    const outcome = await session.call(call, run.start, signalOf(native.config));
    if (run.left !== undefined) throw run.left.error;
    if (outcome.status !== "pending") return run.repack(fromOutcome(outcome));
    const answer = readAnswers(pause(native.config, outcome.approval, guarding, outcomeText(outcome)), [outcome.approval]);
    await resume(session, call, answer, outcome.approval);
  }
}

interface Entered {
  readonly session: Session;
  readonly call: Call;
  readonly shape: ResultShape;
}

async function enter({ tool, input, config }: NativeRun, { open, onFault }: Guarding<Handed>): Promise<Entered> {
  try {
    const history = messagesOf(Reflect.get(config, "state"));
    const call = toCall({ id: callIdOf(config, tool.name), name: tool.name, args: input }, history, await toDefinition(tool));
    const format: unknown = Reflect.get(tool, "responseFormat");
    const shape = { name: tool.name, history, ...(typeof format === "string" ? { responseFormat: format } : {}) };
    return { session: await open(handedOf(config)), call, shape };
  } catch (error) {
    throw denied(refusalText(error, onFault));
  }
}

/** The id that the model gave the call. A tool that is called by code has one only where that code names it: else no two calls are the same. */
function callIdOf(config: object, tool: string): string {
  const call: unknown = Reflect.get(config, "toolCall");
  if (isRunning(call)) return crypto.randomUUID();
  // a config may have been handed on by another tool, whose call this is not
  const own = call === undefined || Reflect.get(Object(call), "name") === tool;
  const id: unknown = call === undefined ? Reflect.get(config, "toolCallId") : Reflect.get(Object(call), "id");
  if (own && call !== undefined) return typeof id === "string" ? id : "";
  return own && typeof id === "string" ? id : crypto.randomUUID();
}

function signalOf(config: object): { readonly signal?: AbortSignal } {
  const signal: unknown = Reflect.get(config, "signal");
  return signal instanceof AbortSignal ? { signal } : {};
}

/** Pauses the graph: throws, or returns what this pause was answered with. Where there is nothing that could pause, the call is denied. */
function pause(config: object, approval: Approval, { onFault }: Guarding<Handed>, reason: string): unknown {
  const interrupt = interruptOf(config);
  if (interrupt === undefined) throw denied(reason);
  try {
    return interrupt(pauseRequest([{ approval }], { edits: false }));
  } catch (error) {
    if (isPause(error)) throw error;
    // a graph without a checkpointer cannot wait
    onFault(error);
    throw denied(reason);
  }
}

/** What an answer does to a call that waits: nothing but waking it, or keeping it from running this time. */
async function resume(session: Session, call: Call, answers: ReturnType<typeof readAnswers>, { id }: Approval): Promise<void> {
  if (answers.kind === "wake") return;
  if (answers.kind === "unreadable") throw denied(answers.reason);
  const answer = answers.by.get(id);
  if (answer?.kind === "no") throw denied(declinedText(answer.reason));
  const proposal = await session.propose(call, { resumed: true });
  if (proposal.status === "deny" && proposal.approval?.status !== "pending") throw denied(proposalText(proposal));
}
