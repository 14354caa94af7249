import type { Charge } from "../policy/decision.ts";
import { SallyportError } from "../error.ts";
import { canonical } from "../json/canonical.ts";
import type { Entry } from "../ledger/record.ts";
import { saltSource } from "../ledger/salt.ts";
import type { Store } from "../ledger/store.ts";
import type { Policy } from "../policy/policy.ts";
import { compileProgram, type Program } from "../policy/program.ts";
import { text } from "../session/fields.ts";
import { foldRecord } from "../session/fold.ts";
import { chargedSince, foldLimitRecord, type LimitState } from "../session/limit.ts";
import { type HostFacts, type KeyOfPrints, type Pin, type SessionState } from "../session/state.ts";
import { asksStream, limitStream, sessionStream } from "../session/stream.ts";
import { labelsAbove } from "./ancestor.ts";
import { chargeEntry, labelEntry, openEntry, updateEntry } from "./entries.ts";
import { Journal, type Revision, type Write } from "./journal.ts";
import type { Bounds, Moment } from "./moment.ts";
import { keysFrom, openingPrints, originsIn } from "./origins.ts";

/** The bounds of a gate in an app. */
const BOUNDS: Bounds = { denials: 10, pending: 20 };

/** What is to be written to a session and counted by limits, and what that yields once it is durable. */
export interface Plan<T> {
  readonly entries: readonly Entry[];
  readonly charged?: { readonly call: string; readonly charges: readonly Charge[] };
  readonly result: T;
}

/** Store, policy and streams of one gate: hands pure moves their moment and writes what follows. */
export class Engine {
  readonly store: Store;
  readonly journal: Journal;
  readonly #policy: () => Policy;
  readonly #keys: KeyOfPrints;
  readonly #fresh = saltSource();
  #program: Program | undefined;

  constructor(store: Store, policy: () => Policy, fingerprintKey?: string) {
    this.store = store;
    this.#keys = keysFrom(fingerprintKey);
    this.journal = new Journal(store, this.#keys);
    this.#policy = policy;
  }

  /** The policy of now, ready to decide; throws SallyportError `invalid-policy` where it cannot be had. */
  program(): Program {
    try {
      const policy = this.#policy();
      if (this.#program?.policy !== policy) this.#program = compileProgram(policy);
      return this.#program;
    } catch (cause) {
      throw new SallyportError("invalid-policy", "the policy cannot be had; nothing is allowed until it can", { cause });
    }
  }

  /** Whether the policy can be had now. */
  hasPolicy(): boolean {
    try {
      this.program();
      return true;
    } catch {
      // POLICY.md: without a policy nothing is decided; what asks here waits for a process that has one
      return false;
    }
  }

  /** Opens a session or finds it open; resolves to why nothing in it can be allowed, if so. */
  open(pin: Pin, host: HostFacts): Promise<string | undefined> {
    return this.journal.revise(sessionStream(pin.tenant, pin.session), async (state) => {
      const parent = pin.parent === undefined ? undefined : await this.journal.session(sessionStream(pin.tenant, pin.parent));
      if (parent !== undefined && parent.pin?.principal !== pin.principal)
        return {
          entries: [],
          result: `the parent session \`${pin.parent}\` is not open for this principal; whatever is first observed or called in it opens it`,
        };
      // the parent is written nothing, but must not have got labels in the meantime
      const beside = parent === undefined ? [] : [writeTo(parent, [])];
      if (state.pin === undefined) {
        const prints = openingPrints(pin.tenant, this.#keys, parent, this.#fresh);
        return { entries: [openEntry(pin, host, parent?.labels ?? [], prints)], beside, result: undefined };
      }
      const foreign = mismatch(state.pin, pin);
      const same = state.facts !== undefined && canonical({ ...state.facts }) === canonical({ ...host });
      return { entries: foreign !== undefined || same ? [] : [updateEntry(host)], result: foreign };
    });
  }

  /** Works on a session until what follows from its newest state is written. `work` is pure and may run several times. */
  work<T>(pin: Pin, host: HostFacts, work: (moment: Moment) => Plan<T>): Promise<T> {
    return this.journal.revise(sessionStream(pin.tenant, pin.session), async (state, now) => {
      const program = this.program();
      const lookup = new Lookup(program, pin, now);
      const { usage, pending } = lookup;
      const origins = originsIn(state.pin?.parent === undefined ? [state] : await this.#chain(state, pin));
      const moment: Moment = { program, state, pin, host, now, bounds: BOUNDS, usage, pending, origins };
      let plan = work(moment);
      while (lookup.isAsked) {
        await lookup.fill(this);
        plan = work(moment);
      }
      const { entries, charged, result } = plan;
      const beside = [...lookup.charge(charged), ...lookup.count(entries)];
      if (state.pin?.parent !== undefined) beside.push(...(await this.#ancestors(state, pin, entries)));
      return { entries, beside, result } satisfies Revision<T>;
    });
  }

  /** A session and those that it works for, nearest first. */
  async #chain(state: SessionState, pin: Pin): Promise<readonly SessionState[]> {
    const chain = [state];
    for (let parent = state.pin?.parent; parent !== undefined; parent = chain.at(-1)?.pin?.parent)
      chain.push(await this.journal.session(sessionStream(pin.tenant, parent)));
    return chain;
  }

  /** Labels that a session gets are put on those that it works for, in the same write. */
  async #ancestors(state: SessionState, pin: Pin, entries: readonly Entry[]): Promise<readonly Write[]> {
    const writes: Write[] = [];
    let parent = entries.length === 0 ? undefined : state.pin?.parent;
    while (parent !== undefined) {
      const above = await this.journal.session(sessionStream(pin.tenant, parent));
      const puts = labelsAbove(above, state, entries);
      if (puts.length > 0) writes.push(writeTo(above, [labelEntry(puts, { session: pin.session })]));
      parent = above.pin?.parent;
    }
    return writes;
  }
}

/** A limit's stream as it was read, and how long it was when it was last looked at. */
interface Looked {
  readonly state: LimitState;
  used?: number;
}

/**
 * What a move may ask for that lies in other streams: it is read when it is asked for, and the move made again. Most moves ask
 * for nothing, and nothing is made for them.
 */
class Lookup {
  readonly #program: Program;
  readonly #pin: Pin;
  readonly #now: number;
  #limits: Map<string, Looked> | undefined;
  #missing: Set<string> | undefined;
  #pending: number | "unasked" | "asked" = "unasked";

  constructor(program: Program, pin: Pin, now: number) {
    this.#program = program;
    this.#pin = pin;
    this.#now = now;
  }

  readonly usage = (id: string, key: string): number => {
    const name = limitStream(this.#pin.tenant, id, key);
    const looked = this.#limits?.get(name);
    const limit = this.#program.statements.get(id);
    if (looked !== undefined && limit !== undefined && "window" in limit) {
      looked.used = looked.state.length;
      return chargedSince(looked.state, Math.max(this.#now, looked.state.lastAt) - limit.window);
    }
    // counts as exhausted until it was read; the move that comes of it is thrown away
    (this.#missing ??= new Set()).add(name);
    return Number.POSITIVE_INFINITY;
  };

  readonly pending = (): number => {
    if (typeof this.#pending === "number") return this.#pending;
    this.#pending = "asked";
    return Number.POSITIVE_INFINITY;
  };

  /** Whether something was asked for that is not read yet: the move has to be made again. */
  get isAsked(): boolean {
    return this.#missing !== undefined || this.#pending === "asked";
  }

  /** Reads what was asked for. */
  async fill({ journal, store }: Engine): Promise<void> {
    const limits = (this.#limits ??= new Map<string, Looked>());
    for (const name of this.#missing ?? []) limits.set(name, { state: await journal.limit(name) });
    this.#missing = undefined;
    if (this.#pending !== "asked") return;
    const { tenant, principal } = this.#pin;
    // asks of one principal wait for each other at a stream of their own, so that together they keep the bound
    const asks = await journal.limit(asksStream(tenant, principal));
    limits.set(asks.stream, { state: asks, used: asks.length });
    const open = await store.approvals({ open: true, tenant, principal });
    this.#pending = open.filter(({ expiresAt }) => expiresAt === null || expiresAt > this.#now).length;
  }

  /** The writes that count a call. */
  charge(charged: Plan<unknown>["charged"]): Write[] {
    return (charged?.charges ?? []).map(({ limit, key, amount }) =>
      this.#count(limitStream(this.#pin.tenant, limit, key), charged?.call ?? "", amount),
    );
  }

  /** The writes that count the approvals which are asked for. */
  count(entries: readonly Entry[]): Write[] {
    if (typeof this.#pending !== "number") return [];
    const asks = asksStream(this.#pin.tenant, this.#pin.principal);
    return entries.flatMap(({ type, state }) => (type === "approval.requested" ? [this.#count(asks, text(state, "call"), 1)] : []));
  }

  #count(name: string, call: string, amount: number): Write {
    const { state, used } = this.#limits?.get(name) ?? {};
    if (state === undefined || used === undefined)
      throw new SallyportError("store-failed", `\`${name}\` was not read before it was counted in`);
    return {
      state,
      expected: used,
      entries: [chargeEntry(this.#pin.session, call, amount)],
      fold: (record) => foldLimitRecord(state, record),
    };
  }
}

/** A write to a session's stream as it is now. */
function writeTo(state: SessionState, entries: readonly Entry[]): Write {
  return { state, expected: state.length, entries, fold: (record) => foldRecord(state, record) };
}

/** Why a session that is open is not this one. */
function mismatch(open: Pin, pin: Pin): string | undefined {
  if (open.principal !== pin.principal) return "the session belongs to another principal";
  if (open.agent !== pin.agent)
    return "the session belongs to another agent; give each agent a session of its own, with this one as `parent`";
  return pin.parent === undefined || pin.parent === open.parent ? undefined : "the session was opened with another parent";
}
