import {
  paused,
  proposalText,
  outcomeText,
  refusalText,
  type Approval,
  type Call,
  type OnFault,
  type RunControl,
  type Session,
} from "@sallyport/core";
import { denied, fromOutcome } from "./from-outcome.ts";
import { handedOf, type Handed } from "./handed.ts";
import type { AnyTool } from "./mark.ts";
import { readAnswers } from "./native-answer.ts";
import { repackRecorded, unpack, type ResultShape } from "./native-result.ts";
import { interruptOf, isPause, pauseRequest } from "./pause.ts";
import { checkArgs, messagesOf, toArgs, toCall, toDefinition, toInput } from "./to-call.ts";
import type { Unpacked } from "./unpacked.ts";

/** How a call gets to the gate, and who hears where it does not. */
export interface Guard {
  readonly open: (handed: Handed) => Promise<Session>;
  readonly onFault: OnFault;
}

/** One call as LangChain makes it, its input parsed by the tool's schema. */
export interface NativeRun {
  readonly tool: AnyTool;
  readonly input: unknown;
  /** what the tool gets beside its input, with what LangGraph adds: call id, state, context, writer */
  readonly config: object;
  /** gets what the tool yields before it returns */
  readonly onEvent?: ((event: unknown) => Promise<void>) | undefined;
  /** the tool itself */
  readonly run: (input: unknown, config: object) => unknown;
}

/** Runs a call through the gate: it runs at most once, with the args that were decided on, and pauses the graph where it has to wait. */
export async function guardedCall(native: NativeRun, guard: Guard): Promise<unknown> {
  const { session, call, shape } = await enter(native, guard);
  for (;;) {
    const run = new GatedRun(native, shape);
    const outcome = await session.call(call, run.start, signalOf(native.config));
    if (run.left !== undefined) throw run.left.error;
    if (outcome.status !== "pending") return run.repack(fromOutcome(outcome));
    const answer = readAnswers(pause(native.config, outcome.approval, guard, outcomeText(outcome)), [outcome.approval]);
    await resume(session, call, answer, outcome.approval);
  }
}

interface Entered {
  readonly session: Session;
  readonly call: Call;
  readonly shape: ResultShape;
}

async function enter({ tool, input, config }: NativeRun, { open, onFault }: Guard): Promise<Entered> {
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
function pause(config: object, approval: Approval, { onFault }: Guard, reason: string): unknown {
  const interrupt = interruptOf(config);
  if (interrupt === undefined) throw denied(reason);
  try {
    return interrupt(pauseRequest([approval], { edits: false }));
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

/** Why a call does not run that somebody said no to natively, for the model. */
export function declinedText(reason: string | undefined): string {
  return `not run: a human declined it${reason === undefined || reason === "" ? "" : `: ${reason}`}; do not retry this call`;
}

/** The one run of a tool that a call may have, and what the framework gets of it. */
class GatedRun {
  /** what the tool left the node with, to go on when it is called again */
  left: { readonly error: unknown } | undefined;
  readonly #native: NativeRun;
  readonly #shape: ResultShape;
  #unpacked: Unpacked | undefined;

  constructor(native: NativeRun, shape: ResultShape) {
    this.#native = native;
    this.#shape = shape;
  }

  readonly start = async (args: unknown, { signal, idempotencyKey, inspect }: RunControl): Promise<unknown> => {
    const { tool, run, input, config } = this.#native;
    await checkArgs(tool, toArgs(input), args);
    try {
      const result = await last(await run(toInput(args, input), { ...config, signal, idempotencyKey }), inspect, this.#native.onEvent);
      this.#unpacked = await unpack(result, this.#shape, inspect);
      return this.#unpacked.content;
    } catch (error) {
      if (!isPause(error)) throw error;
      this.left = { error };
      return paused;
    }
  };

  repack(released: unknown): unknown {
    return this.#unpacked === undefined ? repackRecorded(released, this.#shape) : this.#unpacked.repack(released);
  }
}

/** The value that a tool returns; of what it yields before, the callbacks get what may be shown. */
async function last(value: unknown, inspect: RunControl["inspect"], onEvent: NativeRun["onEvent"]): Promise<unknown> {
  if (!isAsyncGenerator(value)) return value;
  for (;;) {
    const step = await value.next();
    if (step.done === true) return step.value;
    const shown = await inspect(step.value);
    await onEvent?.(shown);
  }
}

function isAsyncGenerator(value: unknown): value is AsyncGenerator<unknown, unknown> {
  return (
    typeof value === "object" && value !== null && Symbol.asyncIterator in value && "next" in value && typeof value.next === "function"
  );
}
