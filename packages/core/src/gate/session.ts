import type { Decision } from "../policy/decision.ts";
import { denial } from "../decide/decide.ts";
import { mightRun } from "../decide/offer.ts";
import { SallyportError } from "../error.ts";
import type { CallState, HostFacts, Pin, SessionState } from "../session/state.ts";
import { viewApproval } from "./approvals.ts";
import { readCall } from "./call.ts";
import { observe, readMessage } from "./message.ts";
import type {
  Call,
  Identity,
  Message,
  Observation,
  Outcome,
  Proposal,
  ResponseStream,
  Run,
  Session,
  SessionInit,
  ToolSight,
} from "./contract.ts";
import type { Engine } from "./engine.ts";
import { keptEntry, refusalEntry, releaseEntry, sightEntry, workflowEntry } from "./entries.ts";
import { readOpening, type Opening } from "./host.ts";
import { moveOf, resumeOf } from "./move.ts";
import { callAgain, requestOf, type ParsedCall } from "./moment.ts";
import { HeldResponse, respond, shownText } from "./response.ts";
import { replayed } from "./result.ts";
import { recordEnding, runClaimed } from "./run.ts";
import { sessionStream } from "../session/stream.ts";
import { workflowOf } from "./workflow.ts";

/** How a call stands after everything that could be done about it now was done and written. */
type Standing =
  | { readonly kind: "claimed"; readonly args: NonNullable<Decision["args"]>; readonly decision: Decision; readonly state: SessionState }
  | {
      readonly kind: "answer";
      readonly as: "denied" | "pending" | "ended" | "unknown";
      readonly decision: Decision;
      readonly state?: SessionState;
    }
  | { readonly kind: "wait"; readonly decision: Decision; readonly state: SessionState };

/** What is to become of a call: decided; decided where it had its approval; claimed; claimed to be run past the gate. */
type Aim = "propose" | "resume" | "claim" | "release";

const RELEASED_BEFORE = "this call was let through before, and runs once";

/** How many attempts of strangers a session's stream takes: it is not theirs to fill. */
const NOTED = 100;

/** How long to wait between looks at a call that somebody else runs, in milliseconds. */
const LOOK = { first: 4, longest: 250 };

/** One session at the gate, as the host app opened it for this request. */
export class GateSession implements Session {
  readonly id: string;
  readonly #engine: Engine;
  readonly #opening: Opening;
  #opened: Promise<string | undefined> | undefined;

  constructor(engine: Engine, init: SessionInit) {
    this.id = init.id;
    this.#engine = engine;
    this.#opening = readOpening(init);
  }

  async offer(tools: readonly string[]): Promise<readonly string[]> {
    if (!this.#opening.ok) return [];
    const { pin, host } = this.#opening;
    // a stranger to the session may use nothing in it
    if ((await this.#open(pin, host)) !== undefined) return [];
    return this.#engine.work(pin, host, (moment) => {
      const { args: _, ...request } = requestOf(moment, "", {});
      return { entries: [], result: tools.filter((tool) => mightRun(moment.program, { ...request, tool })) };
    });
  }

  async observe(message: Message): Promise<Observation> {
    const { pin, host } = await this.#ready();
    const parsed = readMessage(message);
    const before = this.#seen(pin)?.messages.get(parsed.digest);
    if (before !== undefined) return before;
    return this.#engine.work(pin, host, (moment) => {
      const { entries, observation } = observe(moment, parsed);
      return { entries, result: observation };
    });
  }

  async start(workflow: string, options: { readonly by?: Identity } = {}): Promise<void> {
    const { pin, host } = await this.#ready();
    await this.#engine.work(pin, host, ({ program }) => ({
      entries: [workflowEntry(workflowOf(program, workflow), options.by?.id)],
      result: undefined,
    }));
  }

  async note(sight: ToolSight): Promise<void> {
    const { pin, host } = await this.#ready();
    await this.#engine.work(pin, host, () => ({ entries: [sightEntry(sight)], result: undefined }));
  }

  async respond(text: string): Promise<string> {
    const { pin, host } = await this.#ready();
    return this.#engine.work(pin, host, (moment) => {
      const { entries, inspection } = respond(moment, text.toWellFormed());
      return { entries, result: shownText(inspection) };
    });
  }

  respondInParts(): ResponseStream {
    return new HeldResponse(this.#engine, () => this.#ready());
  }

  async propose(call: Call, options: { readonly resumed?: boolean } = {}): Promise<Proposal> {
    return this.#propose(readCall(call), options);
  }

  async standing(id: string, options: { readonly resumed?: boolean } = {}): Promise<Proposal | undefined> {
    const known = await this.#look(({ calls }) => calls.get(id));
    return known === undefined ? undefined : this.#propose(callAgain(known), options);
  }

  async lastOf(ids: readonly string[]): Promise<string | undefined> {
    const wanted = new Set(ids);
    return this.#look(({ calls }) => [...calls.keys()].findLast((id) => wanted.has(id)));
  }

  async release(call: Call): Promise<Proposal> {
    const parsed = readCall(call);
    const standing = await this.#closed(() => this.#advance(parsed, "release"));
    const isOpen = standing.kind === "claimed" || (standing.kind === "answer" && (standing.as === "denied" || standing.as === "pending"));
    return isOpen ? proposalOf(standing, parsed) : this.#refuseReleased(parsed, standing);
  }

  async outcomeOf(id: string, returned?: { readonly value: unknown }): Promise<Outcome | undefined> {
    const known = await this.#known(id);
    if (known?.call === undefined || !this.#opening.ok) return undefined;
    const { state, call } = known;
    const { pin, host } = this.#opening;
    const running = call.status === "started" || call.status === "unknown";
    if (running && call.released === true && returned !== undefined)
      return recordEnding({ engine: this.#engine, pin, host, call: id, decision: call.decision }, { error: false, value: returned.value });
    const as = standingAs(call.status);
    return as === undefined ? undefined : this.#outcomeOf(callAgain(call), { kind: "answer", as, decision: call.decision, state });
  }

  async keep(key: string, text: string | null): Promise<void> {
    const { pin, host } = await this.#ready();
    await this.#engine.work(pin, host, ({ state: { kept } }) => {
      const same = text === null ? !kept.has(key) : kept.get(key) === text;
      return { entries: same ? [] : [keptEntry(key, text)], result: undefined };
    });
  }

  async kept(key: string): Promise<string | undefined> {
    return this.#look(({ kept }) => kept.get(key));
  }

  /** What stands in the session's newest state; strangers to it are told nothing. */
  async #look<T>(what: (state: SessionState) => T): Promise<T | undefined> {
    if (!this.#opening.ok) return undefined;
    const { pin, host } = this.#opening;
    if ((await this.#open(pin, host)) !== undefined) return undefined;
    return this.#engine.work(pin, host, ({ state }) => ({ entries: [], result: what(state) }));
  }

  async #propose(parsed: ParsedCall, options: { readonly resumed?: boolean }): Promise<Proposal> {
    const to = options.resumed === true ? "resume" : "propose";
    const standing = await this.#closed(() => this.#advance(parsed, to));
    return proposalOf(standing, parsed);
  }

  /** A call and the state that it stands in; what has its end or is denied stays so, and is not read again. */
  async #known(id: string): Promise<{ readonly state: SessionState; readonly call: CallState | undefined } | undefined> {
    if (!this.#opening.ok) return undefined;
    const { pin, host } = this.#opening;
    if ((await this.#open(pin, host)) !== undefined) return undefined;
    const state = this.#seen(pin);
    const call = state?.calls.get(id);
    if (state !== undefined && (call?.status === "completed" || call?.status === "failed" || call?.status === "denied"))
      return { state, call };
    return this.#look((newest) => ({ state: newest, call: newest.calls.get(id) }));
  }

  /** The session as this process saw it last; undefined: not yet. Throws `invalid-policy` like all work on it. */
  #seen(pin: Pin): SessionState | undefined {
    this.#engine.program();
    return this.#engine.journal.seen(sessionStream(pin.tenant, pin.session));
  }

  /** A call that was let go, or run, is not let go again; that somebody asked is on record once. */
  async #refuseReleased(parsed: ParsedCall, { decision, state }: Standing): Promise<Proposal> {
    const refusal = denial("released-before", RELEASED_BEFORE, decision.labels);
    const once = JSON.stringify(["released", parsed.id]);
    const { pin, host } = await this.#ready();
    await this.#engine.work(pin, host, ({ state: { noted } }) => ({
      entries: noted.has(once) ? [] : [refusalEntry(parsed, "attempt", refusal, { once })],
      result: undefined,
    }));
    return { status: "deny", decision: refusal, ...approvalOf(state, parsed) };
  }

  async call(call: Call, run: Run, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<Outcome> {
    const parsed = readCall(call);
    if (isAborted(options.signal))
      return { status: "denied", decision: denial("error:aborted", "the run was aborted before the call was claimed", []) };
    for (let look = LOOK.first; ; look = Math.min(look * 2, LOOK.longest)) {
      const standing = await this.#closed(() => this.#advance(parsed, "claim"));
      switch (standing.kind) {
        case "claimed":
          return this.#run(parsed, standing, run, options.signal);
        case "answer":
          return this.#outcomeOf(parsed, standing);
        case "wait":
          if (isAborted(options.signal))
            return { status: "unknown", decision: standing.decision, reason: "the run was aborted while another one runs the call" };
          await new Promise((resolve) => setTimeout(resolve, look));
      }
    }
  }

  #run(
    parsed: ParsedCall,
    { args, decision }: Standing & { readonly kind: "claimed" },
    run: Run,
    signal: AbortSignal | undefined,
  ): Promise<Outcome> {
    if (!this.#opening.ok) return Promise.resolve({ status: "unknown", decision, reason: this.#opening.reason });
    const { pin, host } = this.#opening;
    return runClaimed({
      engine: this.#engine,
      pin,
      host,
      call: parsed.id,
      args,
      decision,
      run,
      signal,
    });
  }

  #outcomeOf(parsed: ParsedCall, answer: Standing & { readonly kind: "answer" }): Outcome {
    const { as, decision, state } = answer;
    switch (as) {
      case "denied":
        return { status: "denied", decision };
      case "unknown":
        return { status: "unknown", decision, reason: "it was started, and its outcome never came" };
      case "pending": {
        const { approval } = approvalOf(state, parsed);
        return approval === undefined ? { status: "denied", decision } : { status: "pending", decision, approval };
      }
      case "ended": {
        const result = state?.calls.get(parsed.id)?.result;
        return result?.error === true
          ? { status: "failed", error: replayed(result), decision }
          : { status: "completed", result: replayed(result), decision };
      }
    }
  }

  /** Moves a call on until it is claimed, answered, or somebody else runs it. */
  async #advance(parsed: ParsedCall, to: Aim): Promise<Standing> {
    if (!this.#opening.ok) return refused("invalid-session", this.#opening.reason);
    if (parsed.id === "") return refused("invalid-args", "the call has no id");
    const { pin, host } = this.#opening;
    const foreign = await this.#open(pin, host);
    if (foreign !== undefined) return this.#refuseForeign(pin, host, parsed, foreign);
    for (;;) {
      const standing = await this.#move(pin, host, parsed, to);
      if (standing !== "again") return standing;
    }
  }

  #move(pin: Pin, host: HostFacts, parsed: ParsedCall, to: Aim): Promise<Standing | "again"> {
    return this.#engine.work<Standing | "again">(pin, host, (moment) => {
      const move = to === "resume" ? resumeOf(moment, parsed) : moveOf(moment, parsed);
      switch (move.kind) {
        case "record":
          return { entries: move.entries, result: "again" };
        case "wait":
          return { entries: [], result: { kind: "wait", decision: move.decision, state: moment.state } };
        case "answer":
          return { entries: move.entries, result: { kind: "answer", as: move.as, decision: move.decision, state: moment.state } };
        case "claim": {
          const { entries, claim, args, decision, charges } = move;
          const result = { kind: "claimed", args, decision, state: moment.state } as const;
          if (to === "propose" || to === "resume") return { entries, result };
          const started = to === "release" ? releaseEntry(claim) : claim;
          return { entries: [...entries, started], result, charged: { call: parsed.id, charges } };
        }
      }
    });
  }

  async #refuseForeign(pin: Pin, host: HostFacts, parsed: ParsedCall, reason: string): Promise<Standing> {
    const refusal = refused("invalid-session", reason);
    const once = JSON.stringify([pin.principal, pin.agent, parsed.id]);
    const entry = refusalEntry(parsed, "foreign", refusal.decision, { once });
    await this.#engine.work(pin, host, ({ state: { noted } }) => {
      const full = noted.has(once) || noted.size >= NOTED;
      return { entries: full ? [] : [entry], result: undefined };
    });
    return refusal;
  }

  /** Whatever breaks on the way to a claim denies. */
  async #closed(advance: () => Promise<Standing>): Promise<Standing> {
    try {
      return await advance();
    } catch (error) {
      const rule = SallyportError.isInstance(error) && error.code === "invalid-policy" ? "error:policy" : "error:store";
      return refused(
        rule,
        `nothing runs while the gate cannot work: ${SallyportError.isInstance(error) ? error.message : "unknown fault"}`,
      );
    }
  }

  async #open(pin: Pin, host: HostFacts): Promise<string | undefined> {
    const opening = (this.#opened ??= this.#engine.open(pin, host));
    try {
      const foreign = await opening;
      if (foreign !== undefined) this.#opened = undefined;
      return foreign;
    } catch (error) {
      // the next call tries again; this one is denied
      this.#opened = undefined;
      throw error;
    }
  }

  async #ready(): Promise<{ readonly pin: Pin; readonly host: HostFacts }> {
    if (!this.#opening.ok) throw new SallyportError("invalid-input", this.#opening.reason);
    const { pin, host } = this.#opening;
    const foreign = await this.#open(pin, host);
    if (foreign !== undefined) throw new SallyportError("invalid-input", foreign);
    return { pin, host };
  }
}

/** Where a proposed call stands. */
function proposalOf(standing: Standing, parsed: ParsedCall): Proposal {
  const proposal = { decision: standing.decision, ...approvalOf(standing.state, parsed) };
  if (standing.kind !== "answer" || standing.as === "ended" || standing.as === "unknown") return { status: "allow", ...proposal };
  return { status: standing.as === "denied" ? "deny" : "pending", ...proposal };
}

/** The approval of a call, from the state that was written last. */
function approvalOf(state: SessionState | undefined, { id }: ParsedCall): Pick<Proposal, "approval"> {
  const asked = state?.calls.get(id)?.approval;
  const approval = state === undefined || asked === undefined ? undefined : viewApproval(state, asked);
  return approval === undefined ? {} : { approval };
}

/** How a call is answered that was started or denied, or waits; undefined: it may still be claimed. */
function standingAs(status: CallState["status"]): "denied" | "pending" | "ended" | "unknown" | undefined {
  switch (status) {
    case "denied":
    case "pending":
      return status;
    case "completed":
    case "failed":
      return "ended";
    case "started":
    case "unknown":
      return "unknown";
    case "allowed":
    case "paused":
      return undefined;
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function refused(rule: string, reason: string): Standing & { readonly kind: "answer" } {
  return { kind: "answer", as: "denied", decision: denial(rule, reason, []) };
}
