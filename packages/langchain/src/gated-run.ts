import { checkFit, paused, type RunControl } from "@sallyport/core";
import type { AnyTool } from "./mark.ts";
import { repackRecorded, unpack, type ResultShape } from "./native-result.ts";
import { isPause } from "./pause.ts";
import { parseArgs, toArgs, toInput } from "./to-call.ts";
import type { Unpacked } from "./unpacked.ts";

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

const RUNNING: unique symbol = Symbol.for("sallyport.running");

/** The call that runs, for the tool: it may hand its config on to another tool, whose call it is not. */
function running(config: object): object {
  const toolCall: unknown = Reflect.get(config, "toolCall");
  return typeof toolCall === "object" && toolCall !== null ? { toolCall: { ...toolCall, [RUNNING]: true } } : {};
}

/** Whether a config's call is one that runs already: what it was handed on to is a call of its own. */
export function isRunning(toolCall: unknown): boolean {
  return typeof toolCall === "object" && toolCall !== null && RUNNING in toolCall;
}

/** The one run of a tool that a call may have, and what the framework gets of it. */
export class GatedRun {
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
    await checkFit(tool.name, args, (decided) => parseArgs(tool, decided), toArgs(input));
    try {
      const result = await last(
        await run(toInput(args, input), { ...config, ...running(config), signal, idempotencyKey }),
        inspect,
        this.#native.onEvent,
      );
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
