import { ToolStream } from "@mastra/core/tools";
import type { RunControl } from "@sallyport/core";
import type { Context } from "./guarded-execute.ts";

/** A pause that the tool asks for itself; it is made once the gate has ended the claim. */
export interface OwnPause {
  suspend?: () => Promise<unknown>;
}

type SuspendAs = (payload: unknown, options?: Record<string, unknown>) => Promise<unknown>;

/**
 * What the tool gets besides its args: all that Mastra handed over, with the gate's signal and idempotency key. What the
 * tool itself suspends with is inspected, and the run is suspended after it. `resumeData` is handed on only where Mastra
 * resumes the tool's own pause; else the model wrote it.
 */
export function handedOn(context: Context, { signal, idempotencyKey, inspect }: RunControl, own: OwnPause): Context {
  const forged = isForged(context);
  const later = <T extends object>(place: T & { readonly suspend?: unknown }): T => {
    const native = place.suspend;
    if (typeof native !== "function") return place;
    const suspend: SuspendAs = async (payload, options) => {
      if (forged) throw new Error("a tool cannot wait for an answer that the model has written itself");
      // Mastra tells its own resumption by the payload
      const shown = (await inspect(payload)) ?? {};
      own.suspend = async (): Promise<unknown> => Reflect.apply(native, place, [shown, options]);
    };
    return { ...place, suspend, ...(forged ? { resumeData: undefined } : {}) };
  };
  const { agent, workflow, writer } = context ?? {};
  const handed: Context & { readonly idempotencyKey: string } = {
    ...later({ ...context }),
    ...(agent === undefined ? {} : { agent: later(agent) }),
    ...(workflow === undefined ? {} : { workflow: later(workflow) }),
    ...(writer instanceof ToolStream ? { writer: inspected(writer, inspect) } : {}),
    abortSignal: signal,
    idempotencyKey,
  };
  return handed;
}

/** The stream that a tool writes to while it runs, with what is written inspected like a result. */
function inspected(writer: ToolStream, inspect: RunControl["inspect"]): ToolStream {
  const write = async (chunk: unknown): Promise<void> => {
    const { type, payload, ...rest } = Object(chunk);
    if (type === OUTPUT) await writer.write(await inspect(payload?.output));
    else
      await writer.custom({
        ...rest,
        type,
        data: await inspect(rest.data),
        ...(payload === undefined ? {} : { payload: await inspect(payload) }),
      });
  };
  return new ToolStream({ prefix: "tool", callId: "", name: "", runId: "" }, write);
}

// what a stream with the prefix `tool` makes of what is written to it
const OUTPUT = "tool-output";

function isForged(context: Context): boolean {
  const { agent } = context ?? {};
  return agent?.resumeData !== undefined && agent.suspendPayload === undefined;
}
