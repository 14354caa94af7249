import type { ToolExecutionOptions } from "ai";
import type { Call, JsonObject, Outcome, Run, RunControl, Session } from "@sallyport/core";
import { fromOutcome } from "./from-outcome.ts";

/** Options of one execution, as the SDK hands them to a tool; whoever runs a tool may add to them. */
type ExecuteOptions = ToolExecutionOptions<unknown>;

/** A tool's `execute`, whatever its types. */
export type Execute = (input: unknown, options: ExecuteOptions) => unknown;

/** A call at the gate: the session that it is made in, and what is called. */
export interface Entered {
  readonly session: Session;
  readonly call: Call;
  /** Throws where the tool's own schema does not take the args that were decided on. */
  readonly check: (args: JsonObject) => Promise<void>;
}

/** Finds session and call for what the SDK hands to `execute`. */
export type Enter = (input: unknown, options: ExecuteOptions) => Promise<Entered>;

/** Puts the gate before an `execute`: it runs at most once for a call, with the args that were decided on. */
export function guardedExecute(execute: Execute, enter: Enter): Execute {
  // the SDK looks at once whether it got an iterable, so it has to be known before the call may run
  return isGeneratorFunction(execute) ? guardedGenerator(execute, enter) : guardedFunction(execute, enter);
}

function isGeneratorFunction(execute: Execute): boolean {
  return Object.prototype.toString.call(execute) === "[object AsyncGeneratorFunction]";
}

function guardedFunction(execute: Execute, enter: Enter): Execute {
  return async (input, options) => {
    const { session, call, check } = await enter(input, options);
    const run: Run = async (args, control) => {
      await check(args);
      return last(await execute(args, handedOn(options, control)));
    };
    const outcome = await session.call(call, run, { signal: options.abortSignal });
    return fromOutcome(outcome);
  };
}

/** The value, or the last one where a plain function returned an iterable: its previews are not passed on. */
async function last(value: unknown): Promise<unknown> {
  if (!isAsyncIterable(value)) return value;
  let final: unknown;
  for await (const preview of value) final = preview;
  return final;
}

/** Runs the tool in the consumer's pace, while the gate holds the claim and waits for how it ends. */
function guardedGenerator(execute: Execute, enter: Enter): Execute {
  return async function* (input, options) {
    const { session, call, check } = await enter(input, options);
    const started = Promise.withResolvers<Started | undefined>();
    const ended = Promise.withResolvers<unknown>();
    const run: Run = async (args, control) => {
      await check(args);
      started.resolve({ args, control });
      return ended.promise;
    };
    const outcome = session.call(call, run, { signal: options.abortSignal });
    outcome.then(() => started.resolve(undefined), started.reject);

    const tool = await started.promise;
    const shown = tool === undefined ? undefined : yield* inspected(tool, execute, options, ended, outcome);
    const result = fromOutcome(await outcome);
    if (!isSame(shown, result)) yield result;
  };
}

interface Started {
  readonly args: JsonObject;
  readonly control: RunControl;
}

/** Yields what may be shown of what the tool yields, and returns the last of it. */
async function* inspected(
  { args, control }: Started,
  execute: Execute,
  options: ExecuteOptions,
  ended: PromiseWithResolvers<unknown>,
  outcome: Promise<Outcome>,
): AsyncGenerator {
  let value: unknown;
  let shown: unknown;
  try {
    for await (value of iterate(execute(args, handedOn(options, control)))) yield (shown = await control.inspect(value));
  } catch (error) {
    ended.reject(error);
  } finally {
    // also where nobody listens any more: the call then ends with what was yielded last
    ended.resolve(value);
    await outcome;
  }
  return shown;
}

async function* iterate(value: unknown): AsyncGenerator {
  if (isAsyncIterable(value)) yield* value;
  else yield await value;
}

function handedOn(options: ExecuteOptions, { signal, idempotencyKey }: RunControl): ExecuteOptions & { readonly idempotencyKey: string } {
  return { ...options, abortSignal: signal, idempotencyKey };
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

/** Whether the final result is what was yielded last, so that it is not shown twice. */
function isSame(shown: unknown, result: unknown): boolean {
  return Object.is(shown, result) || JSON.stringify(shown) === JSON.stringify(result);
}
