import { isSameJson, type Call, type Session } from "@sallyport/core";
import { agentCallId } from "./to-call.ts";

/** A call of a message, as the policy processor saw it, before there was a run's id to call it by. */
export type SeenCall = Omit<Call, "id"> & { readonly toolCallId: string };

/** What is known of a message's calls. */
export interface BatchInit {
  /** the id of the session that the message belongs to */
  readonly session: string;
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

  /** Whether this is a call of the message that runs for the first time: one that comes again was resumed. */
  take(session: Session, { toolCallId, tool, args }: SeenCall): boolean {
    if (session.id !== this.#init.session || !this.#waiting.has(toolCallId)) return false;
    const seen = this.#init.calls.find((call) => call.toolCallId === toolCallId);
    if (seen?.tool !== tool || !isSameJson(seen.args, args)) return false;
    return this.#waiting.delete(toolCallId);
  }

  has(session: Session, toolCallId: string): boolean {
    return session.id === this.#init.session && this.#init.calls.some((call) => call.toolCallId === toolCallId);
  }

  isWaitingFor(toolCallId: string): boolean {
    return this.#waiting.has(toolCallId);
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

/**
 * The batches of requests that are under way. Mastra gives processors and tools of a request the same request context, and an
 * app may give that to several runs, whose calls are told apart by session and args; what an aborted run left comes last.
 */
export class Batches {
  readonly #open = new WeakMap<object, Batch[]>();

  add(requestContext: object | undefined, batch: Batch): void {
    if (requestContext === undefined) return;
    this.#open.set(requestContext, [batch, ...this.#of(requestContext).filter(({ isWaiting }) => isWaiting)].slice(0, MOST));
  }

  /** The batch of a call that was not taken yet. */
  take(requestContext: object | undefined, session: Session, call: SeenCall): Batch | undefined {
    return this.#of(requestContext).find((batch) => batch.take(session, call));
  }

  /** Whether a guarded tool was to run a call and has not been asked to. */
  isWaitingFor(requestContext: object | undefined, session: Session, toolCallId: string): boolean {
    return (
      this.#of(requestContext)
        .find((batch) => batch.has(session, toolCallId))
        ?.isWaitingFor(toolCallId) === true
    );
  }

  #of(requestContext: object | undefined): readonly Batch[] {
    return requestContext === undefined ? [] : (this.#open.get(requestContext) ?? []);
  }
}

/** How many batches of one request context are kept, since an app may keep that for ever; calls of older ones are proposed one by one. */
const MOST = 100;
