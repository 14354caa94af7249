import type { Call, Session } from "@sallyport/core";
import { agentCallId } from "./to-call.ts";

/** A call of a message, as the policy processor saw it, before there was a run's id to call it by. */
export type SeenCall = Omit<Call, "id"> & { readonly toolCallId: string };

/** What is known of a message's calls. */
export interface BatchInit {
  /** in the order that the model wrote them */
  readonly calls: readonly SeenCall[];
  /** the ids of those that a guarded tool will run */
  readonly waiting: Iterable<string>;
  /** the ids that the run used before, and which of its model calls this is */
  readonly used: ReadonlySet<string>;
  readonly step: number;
}

/** The calls of one message. */
export class Batch {
  readonly #init: BatchInit;
  readonly #waiting: Set<string>;
  #proposed: Promise<void> | undefined;

  constructor(init: BatchInit) {
    this.#init = init;
    this.#waiting = new Set(init.waiting);
  }

  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** Whether a call of the message runs for the first time: one that comes again was resumed. */
  take(toolCallId: string): boolean {
    return this.#waiting.delete(toolCallId);
  }

  idOf(runId: string, toolCallId: string): string {
    const { used, step } = this.#init;
    return agentCallId(runId, toolCallId, used.has(toolCallId) ? step : 0);
  }

  /** Proposes all of them, one after the other, whichever of them comes first. */
  async propose(session: Session, runId: string): Promise<void> {
    return (this.#proposed ??= this.#proposeAll(session, runId));
  }

  async #proposeAll(session: Session, runId: string): Promise<void> {
    for (const { toolCallId, ...call } of this.#init.calls) await session.propose({ ...call, id: this.idOf(runId, toolCallId) });
  }
}

/** The batches of requests that are under way. Mastra gives processors and tools of a request the same request context. */
export class Batches {
  readonly #open = new WeakMap<object, Batch[]>();

  add(requestContext: object | undefined, batch: Batch): void {
    if (requestContext === undefined) return;
    const open = (this.#open.get(requestContext) ?? []).filter(({ isWaiting }) => isWaiting);
    this.#open.set(requestContext, [...open, batch]);
  }

  /** The batch of a call that was not taken yet. */
  take(requestContext: object | undefined, toolCallId: string | undefined): Batch | undefined {
    if (requestContext === undefined || toolCallId === undefined) return undefined;
    return this.#open.get(requestContext)?.find((batch) => batch.take(toolCallId));
  }
}
