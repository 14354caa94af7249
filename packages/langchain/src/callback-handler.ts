import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import type { Serialized } from "@langchain/core/load/serializable";
import {
  guardingOf,
  refusalText,
  unguardedText,
  type Gate,
  type Guarding,
  type OnFault,
  type Session,
  type SessionSource,
  type ToolSight,
} from "@sallyport/core";
import { denied } from "./from-outcome.ts";
import type { Handed } from "./handed.ts";
import { isMarked } from "./mark.ts";

/** How tools are watched. */
export interface HandlerOptions {
  /** callbacks are handed no config: a function gets the run's `metadata` as `configurable`, with LangGraph's `thread_id` in it */
  readonly session: SessionSource<Handed>;
  readonly onFault?: OnFault;
}

interface Seen {
  readonly session: Session;
  readonly sight: Omit<ToolSight, "event">;
}

/**
 * Watches tools: every start, end and error goes into the ledger, and a tool that starts without the gate before it is
 * blocked. A tripwire for what was forgotten, and no enforcement by itself: it sees only what runs with callbacks, and
 * whoever calls a tool's `func`, or hands over other callbacks, is not seen. Guard the tools all the same.
 *
 * @example
 * await agent.invoke(input, { callbacks: [new PolicyCallbackHandler(gate, { session })] });
 */
export class PolicyCallbackHandler extends BaseCallbackHandler {
  readonly name = "sallyport";
  readonly #gate: Gate;
  readonly #guarding: Guarding<Handed>;
  readonly #running = new Map<string, Seen>();

  constructor(gate: Gate, options: HandlerOptions) {
    // else LangChain logs what this throws, and runs the tool
    super({ raiseError: true });
    this.awaitHandlers = true;
    this.#gate = gate;
    this.#guarding = guardingOf(gate, options);
  }

  override async handleToolStart(
    tool: Serialized,
    _input: string,
    runId: string,
    _parentRunId?: string,
    _tags?: readonly string[],
    metadata: Readonly<Record<string, unknown>> = {},
    runName?: string,
    toolCallId?: string,
  ): Promise<void> {
    const name = runName ?? tool.id.at(-1) ?? "";
    const sight = { tool: name, ...(toolCallId === undefined ? {} : { call: toolCallId }) };
    const isGuarded = isMarked(tool, this.#gate);
    try {
      const session = await this.#guarding.open({ configurable: metadata, context: undefined });
      await session.note({ ...sight, event: isGuarded ? "started" : "blocked" });
      this.#running.set(runId, { session, sight });
    } catch (error) {
      throw denied(refusalText(error, this.#guarding.onFault));
    }
    if (!isGuarded) throw denied(unguardedText(name));
  }

  override async handleToolEnd(_output: unknown, runId: string): Promise<void> {
    await this.#end(runId, "ended");
  }

  override async handleToolError(_error: unknown, runId: string): Promise<void> {
    await this.#end(runId, "failed");
  }

  /** What ended has ended: that it could not be written down must not look like an error of the tool. */
  async #end(runId: string, event: ToolSight["event"]): Promise<void> {
    const seen = this.#running.get(runId);
    this.#running.delete(runId);
    try {
      await seen?.session.note({ ...seen.sight, event });
    } catch (error) {
      this.#guarding.onFault(error);
    }
  }
}
