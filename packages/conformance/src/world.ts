import type { Behaviour, PlainTool } from "./case.ts";
import { schemaOf, type ArgsSchema } from "./schema.ts";

/** What a framework hands its tools beside the args. */
export interface Handed {
  /** the id that the framework itself has for the call */
  readonly callId: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** the gate's, the same for every attempt at this call */
  readonly idempotencyKey: string | undefined;
  /** the marker of `setup.context`, where the framework has a context for tools */
  readonly context: unknown;
}

/** A tool that runs here. */
export interface WorldTool {
  readonly kind: "tool";
  readonly name: string;
  readonly description: string;
  readonly schema: ArgsSchema;
  /** The handler: counts that it ran, and does what the case says. */
  readonly run: (args: unknown, handed: Handed) => Promise<unknown>;
}

/** One time that a handler really ran. */
export interface Ran {
  readonly tool: string;
  readonly args: unknown;
  readonly handed: Handed;
}

/** The outside of a case: what its tools really did. It outlives every restart. */
export class World {
  readonly ran: Ran[] = [];
  #running = 0;
  #onStart: { readonly tool: string; readonly call: () => void } | undefined;

  /** Calls once, as soon as a tool's handler has started. */
  whenStarted(tool: string, call: () => void): void {
    this.#onStart = { tool, call };
  }

  /** Whether no handler runs now. */
  get idle(): boolean {
    return this.#running === 0;
  }

  /** Makes a tool of this world. */
  tool(spec: PlainTool): WorldTool {
    const { name } = spec;
    return {
      kind: "tool",
      name,
      description: `the tool ${name}`,
      schema: schemaOf(spec.args),
      run: async (args, handed) => {
        this.ran.push({ tool: name, args, handed });
        this.#running += 1;
        try {
          await turns(spec.takes);
          const ending = behave(spec.does, args, handed);
          this.#started(name);
          return await ending;
        } finally {
          this.#running -= 1;
        }
      },
    };
  }

  #started(tool: string): void {
    const waiting = this.#onStart;
    if (waiting?.tool !== tool) return;
    this.#onStart = undefined;
    waiting.call();
  }
}

/** Waits in turns and not by the clock: a machine that is busy delays all alike, and the order stays. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
}

async function behave(does: Behaviour, args: unknown, { signal }: Handed): Promise<unknown> {
  switch (does.kind) {
    case "returns":
      return does.value;
    case "throws":
      throw new Error(does.message, { cause: new Error(`cause of ${does.message}`) });
    case "repeats":
      return "x".repeat(does.times);
    case "echoes":
      return args;
    case "nothing":
      return undefined;
    case "binary":
      return new Uint8Array([1, 2, 3, 255]);
    case "hangs":
      return untilAborted(signal);
  }
}

/** Ends when the signal aborts; without one it would hang for ever, which is what a case then shows. */
function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(signal?.reason instanceof Error ? signal.reason : new Error("the tool was aborted"));
    if (signal === undefined) reject(new Error("the tool got no signal"));
    else if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}
