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
  async open(pin: Pin, host: HostFacts): Promise<string | undefined> {
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
  async work<T>(pin: Pin, host: HostFacts, work: (moment: Moment) => Plan<T>): Promise<T> {
    return this.journal.revise(sessionStream(pin.tenant, pin.session), async (state, now) => {
      const program = this.program();
      const lookup = new Lookup(program, pin, now);
      const origins = originsIn(await this.#chain(state, pin));
      let plan: Plan<T>;
      do plan = work({ program, state, pin, host, now, bounds: BOUNDS, usage: lookup.usage, pending: lookup.pending, origins });
      while (await lookup.fill(this));
      const { entries, charged, result } = plan;
      const counted = [...lookup.charge(charged), ...lookup.count(entries)];
      const beside = [...counted, ...(await this.#ancestors(state, pin, entries))];
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

/** What a move may ask for that lies in other streams: it is read when it is asked for, and the move made again. */
class Lookup {
  readonly #program: Program;
  readonly #pin: Pin;
  readonly #now: number;
  readonly #limits = new Map<string, LimitState>();
  readonly #used = new Map<string, number>();
  readonly #missing = new Set<string>();
  readonly #asks: string;
  #pending: number | "unasked" | "asked" = "unasked";

  constructor(program: Program, pin: Pin, now: number) {
    this.#program = program;
    this.#pin = pin;
    this.#now = now;
    this.#asks = asksStream(pin.tenant, pin.principal);
  }

  readonly usage = (id: string, key: string): number => {
    const name = limitStream(this.#pin.tenant, id, key);
    const state = this.#limits.get(name);
    const limit = this.#program.statements.get(id);
    if (state !== undefined && limit !== undefined && "window" in limit) {
      this.#used.set(name, state.length);
      return chargedSince(state, Math.max(this.#now, state.lastAt) - limit.window);
    }
    // counts as exhausted until it was read; the move that comes of it is thrown away
    this.#missing.add(name);
    return Number.POSITIVE_INFINITY;
  };

  readonly pending = (): number => {
    if (typeof this.#pending === "number") return this.#pending;
    this.#pending = "asked";
    return Number.POSITIVE_INFINITY;
  };

  /** Reads what was asked for; whether the move has to be made again. */
  async fill({ journal, store }: Engine): Promise<boolean> {
    const names = [...this.#missing];
    for (const name of names) this.#limits.set(name, await journal.limit(name));
    this.#missing.clear();
    if (this.#pending !== "asked") return names.length > 0;
    // asks of one principal wait for each other at a stream of their own, so that together they keep the bound
    const asks = await journal.limit(this.#asks);
    this.#limits.set(this.#asks, asks);
    this.#used.set(this.#asks, asks.length);
    const open = await store.approvals({ open: true, tenant: this.#pin.tenant, principal: this.#pin.principal });
    this.#pending = open.filter(({ expiresAt }) => expiresAt === null || expiresAt > this.#now).length;
    return true;
  }

  /** The writes that count a call. */
  charge(charged: Plan<unknown>["charged"]): readonly Write[] {
    return (charged?.charges ?? []).map(({ limit, key, amount }) =>
      this.#count(limitStream(this.#pin.tenant, limit, key), charged?.call ?? "", amount),
    );
  }

  /** The writes that count the approvals which are asked for. */
  count(entries: readonly Entry[]): readonly Write[] {
    const asking = entries.filter(({ type }) => type === "approval.requested");
    return typeof this.#pending === "number" ? asking.map(({ state }) => this.#count(this.#asks, text(state, "call"), 1)) : [];
  }

  #count(name: string, call: string, amount: number): Write {
    const [state, expected] = [this.#limits.get(name), this.#used.get(name)];
    if (state === undefined || expected === undefined)
      throw new SallyportError("store-failed", `\`${name}\` was not read before it was counted in`);
    return { state, expected, entries: [chargeEntry(this.#pin.session, call, amount)], fold: (record) => foldLimitRecord(state, record) };
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
