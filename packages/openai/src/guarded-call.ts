import {
  checkFit,
  isSameJson,
  paused,
  refusalText,
  type Call,
  type JsonObject,
  type Outcome,
  type Proposal,
  type RunControl,
  type Session,
} from "@sallyport/core";
import { approvalDetails, ApprovalRequired, type ApprovalDetails } from "./approval-required.ts";
import { fromOutcome, shownText } from "./from-outcome.ts";
import type { Guard, NativeContext, ToolHanded } from "./guard.ts";
import { keepSaid } from "./said.ts";

/** What came of a call: what the model reads, or what it waits for. */
export type Ended = { readonly kind: "answer"; readonly value: unknown } | { readonly kind: "waits"; readonly details: ApprovalDetails };

/** What a call is made with. */
export interface GuardedCallInit {
  readonly guard: Guard;
  readonly call: Omit<Call, "definition">;
  /** what the client hands the tool's function for it */
  readonly given: unknown;
  readonly handed: ToolHanded;
}

/** One call of a guarded tool on its way through the gate. */
export class GuardedCall {
  /** when it may start: all calls of its message are proposed by then, and those before it were told so first */
  readonly turn: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #init: GuardedCallInit;
  #session: Promise<Session> | undefined;
  #proposal: Proposal | undefined;
  #isTaken = false;
  #ended: Promise<Ended> | undefined;

  constructor(init: GuardedCallInit) {
    this.#init = init;
    // nobody may start it
    this.turn.promise.catch(() => undefined);
  }

  /** Whether this is a call of a tool. */
  isOf(guard: Guard): boolean {
    return this.#init.guard === guard;
  }

  /** Whether somebody has taken it. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  /** Takes it, where it is what the tool's function was handed these args for. */
  take(given: unknown): boolean {
    this.#isTaken = isSameJson(this.#init.given, given);
    return this.#isTaken;
  }

  /** What came of it; undefined while nobody has started it. */
  get ended(): Promise<Ended> | undefined {
    return this.#ended;
  }

  /** Proposes it, without running. Rejects for what the host's own code throws on the way. */
  async propose(): Promise<void> {
    const session = await this.#open();
    this.#proposal = await session.propose(await this.#call());
  }

  /** Runs it in its turn, at most once, with the args that were decided on. */
  start(native: NativeContext, signal: AbortSignal | undefined): Promise<Ended> {
    return (this.#ended = this.#run(native, signal));
  }

  async #run(native: NativeContext, signal: AbortSignal | undefined): Promise<Ended> {
    const { guard } = this.#init;
    let session: Session;
    let call: Call;
    try {
      await this.turn.promise;
      [session, call] = [await this.#open(), await this.#call()];
    } catch (error) {
      return { kind: "answer", value: refusalText(error, guard.onFault) };
    }
    let waits: ApprovalDetails | undefined;
    const run = async (args: JsonObject, control: RunControl): Promise<unknown> => {
      await this.#check(args);
      try {
        return await guard.run(args, native, { ...control, callId: this.#init.handed.callId });
      } catch (error) {
        waits = await this.#pauseIn(error, session);
        if (waits === undefined) throw error;
        return paused;
      }
    };
    const outcome = await session.call(call, run, { signal });
    return waits === undefined ? this.#end(outcome, session, call.id) : { kind: "waits", details: waits };
  }

  async #end(outcome: Outcome, session: Session, callId: string): Promise<Ended> {
    if (outcome.status === "pending") return { kind: "waits", details: approvalDetails([outcome.approval]) };
    const { status, approval: asked } = this.#proposal ?? {};
    // somebody changed what is kept of a call that waits: it waits on as it was asked
    if (outcome.status === "denied" && status === "deny" && asked?.status === "pending")
      return { kind: "waits", details: approvalDetails([asked]) };
    if (outcome.status !== "completed") await this.#remember(shownText(outcome), session, callId);
    return { kind: "answer", value: fromOutcome(outcome) };
  }

  /** Remembers an answer that does not stand on record as what became of the call. */
  async #remember(text: string, session: Session, callId: string): Promise<void> {
    const { said, onFault } = this.#init.guard;
    said.add(session.id, callId, text);
    try {
      const outcome = await session.outcomeOf(callId);
      if (outcome === undefined || shownText(outcome) !== text) await keepSaid(session, callId, text);
    } catch (error) {
      // nothing is let through by that: the text will count as one from outside
      onFault(error);
    }
  }

  /** Args that a rule or an approver changed have to fit the tool. */
  async #check(args: JsonObject): Promise<void> {
    const { guard, call } = this.#init;
    const parse = async (decided: unknown): Promise<{ readonly parsed: unknown } | undefined> => {
      const parsed = await guard.parse(JSON.stringify(decided));
      return parsed.ok ? { parsed: parsed.args } : undefined;
    };
    await checkFit(guard.name, args, parse, call.args);
  }

  /**
   * What a tool waits for itself, since calls of an agent in it do: of other sessions, and on record. Anybody whom a tool talks
   * to can answer with an error that looks like ours, and a tool that is taken for waiting runs again.
   */
  async #pauseIn(error: unknown, { id }: Session): Promise<ApprovalDetails | undefined> {
    const details = error instanceof ApprovalRequired ? error.error : undefined;
    if (details === undefined || !Array.isArray(details.approvals) || details.approvals.length === 0) return undefined;
    for (const approval of new Set(details.approvals)) {
      const known = await this.#init.guard.approvals.get(String(approval));
      if (known === undefined || known.session === id) return undefined;
    }
    return details;
  }

  #open(): Promise<Session> {
    return (this.#session ??= this.#init.guard.open(this.#init.handed));
  }

  async #call(): Promise<Call> {
    const { guard, call } = this.#init;
    return { ...call, definition: await guard.definition() };
  }
}
