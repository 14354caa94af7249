import type { RunControl } from "@sallyport/core";
import type { Context } from "./guarded-call.ts";
import { inspectedOutput, inspectedWriter } from "./written.ts";

/** What the tool leaves for after its `execute`: a pause that it asks for itself, or the operation that its result comes from. */
export interface Left {
  /** made once the gate has ended the claim */
  suspend?: () => Promise<unknown>;
  adopted?: Operation;
}

type Background = NonNullable<NonNullable<Context>["background"]>;

/** What a background tool started and hands over: Mastra would take its result past the gate. */
type Operation = Parameters<Background["adopt"]>[0];

type SuspendAs = (payload: unknown, options?: Record<string, unknown>) => Promise<unknown>;

/**
 * What the tool gets besides its args: all that Mastra handed over, with the gate's signal and idempotency key. What the
 * tool itself suspends with is inspected, and the run is suspended after it. `resumeData` is handed on only where Mastra
 * resumes the tool's own pause; else the model wrote it.
 */
export function handedOn(context: Context, { signal, idempotencyKey, inspect }: RunControl, left: Left): Context {
  const forged = isForged(context);
  const later = <T extends object>(place: T & { readonly suspend?: unknown }): T => {
    const native = place.suspend;
    const output = inspectedOutput(place, inspect);
    if (typeof native !== "function") return { ...place, ...output };
    const suspend: SuspendAs = async (payload, options) => {
      if (forged) throw new Error("a tool cannot wait for an answer that the model has written itself");
      // Mastra tells its own resumption by the payload
      const shown = (await inspect(payload)) ?? {};
      left.suspend = async (): Promise<unknown> => Reflect.apply(native, place, [shown, options]);
    };
    return { ...place, ...output, suspend, ...(forged ? { resumeData: undefined } : {}) };
  };
  const { agent, workflow, writer, background } = context ?? {};
  const handed: Context & { readonly idempotencyKey: string } = {
    ...later({ ...context }),
    ...(agent === undefined ? {} : { agent: later(agent) }),
    ...(workflow === undefined ? {} : { workflow: later(workflow) }),
    ...(writer === undefined ? {} : { writer: inspectedWriter(writer, inspect) }),
    ...(background === undefined ? {} : { background: adopting(background, left) }),
    abortSignal: signal,
    idempotencyKey,
  };
  return handed;
}

function adopting(background: Background, left: Left): Background {
  return {
    ...background,
    adopt: (operation) => {
      if (left.adopted !== undefined) throw new Error("a background tool may adopt one operation only");
      const completion = Promise.resolve(operation.completion);
      // whoever awaits it hears of its failure, which may come before the tool returns
      completion.catch(() => {});
      left.adopted = { ...operation, completion };
    },
  };
}

/** The result of an adopted operation, which is cancelled where the call is. */
export async function resultOf({ completion, cancel }: Operation, signal: AbortSignal): Promise<unknown> {
  const stop = async (): Promise<void> => cancel?.(signal.reason);
  // how the operation ends says what came of it, whether or not it could be cancelled
  const stopped = (): void => void stop().catch(() => {});
  if (signal.aborted) stopped();
  signal.addEventListener("abort", stopped, { once: true });
  try {
    return await completion;
  } finally {
    signal.removeEventListener("abort", stopped);
  }
}

function isForged(context: Context): boolean {
  const { agent } = context ?? {};
  return agent?.resumeData !== undefined && agent.suspendPayload === undefined;
}
