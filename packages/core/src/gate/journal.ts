import { SallyportError } from "../error.ts";
import { GENESIS, seal } from "../ledger/chain.ts";
import type { Entry, LedgerRecord } from "../ledger/record.ts";
import { saltSource } from "../ledger/salt.ts";
import type { Batch, Store } from "../ledger/store.ts";
import { foldRecord } from "../session/fold.ts";
import { emptyLimit, foldLimitRecord, type LimitState } from "../session/limit.ts";
import { emptySession, type KeyOfPrints, type SessionState } from "../session/state.ts";
import { Recent } from "./recent.ts";

/** How often a write is tried again that met another process at its position. */
const ATTEMPTS = 60;

/** What is to be written to one stream (perhaps only that it has not grown), and how it is folded afterwards. */
export interface Write {
  readonly state: SessionState | LimitState;
  /** the length of the stream when what is written was decided; a state that has grown since was decided on too early */
  readonly expected: number;
  readonly entries: readonly Entry[];
  readonly fold: (record: LedgerRecord) => void;
}

/** What is to be written to a session's stream, and to others in the same step, and what that yields once it is durable. */
export interface Revision<T> {
  readonly entries: readonly Entry[];
  readonly beside?: readonly Write[];
  readonly result: T;
}

/** Streams as folded states: reads only tails, writes only at the position that was read. */
export class Journal {
  readonly #store: Store;
  readonly #sessions = new Recent<SessionState>();
  readonly #limits = new Recent<LimitState>();
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #salt = saltSource();

  readonly #keys: KeyOfPrints;

  constructor(store: Store, keys?: KeyOfPrints) {
    this.#store = store;
    this.#keys = keys;
  }

  /** A session with all that any process has written to it so far. */
  async session(stream: string): Promise<SessionState> {
    const state = this.#sessions.of(stream, () => emptySession(stream, GENESIS, this.#keys));
    for (const record of await this.#store.read(stream, state.length)) if (record.seq === state.length) foldRecord(state, record);
    return state;
  }

  /** A session as it was read or written last, without looking whether others have written to it since. */
  seen(stream: string): SessionState | undefined {
    return this.#sessions.get(stream);
  }

  /** A limit's stream with all that any process has charged to it so far. */
  async limit(stream: string): Promise<LimitState> {
    const state = this.#limits.of(stream, () => emptyLimit(stream, GENESIS));
    for (const record of await this.#store.read(stream, state.length)) if (record.seq === state.length) foldLimitRecord(state, record);
    return state;
  }

  /** Writes to all the streams at the positions that were read, or to none. */
  async write(writes: readonly Write[], at: number): Promise<"appended" | "conflict"> {
    if (writes.every(({ entries }) => entries.length === 0)) return "appended";
    if (writes.some(({ state, expected }) => state.length !== expected)) return "conflict";
    const batches = writes.map(({ state, entries }) => this.#batch(state, entries, at));
    const written = await this.#store.append(batches);
    if (written === "appended") for (const [index, { fold, state }] of writes.entries()) take(batches[index], state, fold);
    return written;
  }

  /** Writes what follows from a session's newest state; where another process was faster, from the state after that. */
  revise<T>(stream: string, plan: (state: SessionState, now: number) => Promise<Revision<T>>): Promise<T> {
    return this.turn(stream, async () => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const state = await this.session(stream);
        const expected = state.length;
        const now = Math.max(await this.#store.now(), state.lastAt);
        const { entries, beside = [], result } = await plan(state, now);
        const own: Write = { state, expected, entries, fold: (record) => foldRecord(state, record) };
        if ((await this.write([own, ...beside], now)) === "appended") return result;
        await pause(attempt);
      }
      throw new SallyportError("store-failed", `\`${stream}\` is written to by others all the time; gave up after ${ATTEMPTS} attempts`);
    });
  }

  /** Runs one at a time for each stream within this process, so that siblings do not conflict with each other. */
  async turn<T>(stream: string, task: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(stream);
    // what came of the one before is for whoever asked for it: the queue only goes on
    const mine = before === undefined ? task() : before.then(task, task);
    this.#turns.set(stream, mine);
    try {
      return await mine;
    } finally {
      if (this.#turns.get(stream) === mine) this.#turns.delete(stream);
    }
  }

  #batch(state: SessionState | LimitState, entries: readonly Entry[], at: number): Batch {
    const time = Math.max(at, state.lastAt);
    let prev = state.head;
    const records = entries.map((entry, index) => {
      const record = seal(prev, state.stream, state.length + index, time, entry, entry.payload === undefined ? "" : this.#salt());
      prev = record.hash;
      return record;
    });
    return { stream: state.stream, expected: state.length, records };
  }
}

/** Takes what was written into the state, unless a reader was faster. */
function take(batch: Batch | undefined, state: SessionState | LimitState, fold: (record: LedgerRecord) => void): void {
  for (const record of batch?.records ?? []) if (record.seq === state.length) fold(record);
}

async function pause(attempt: number): Promise<void> {
  const longest = Math.min(2 ** attempt, 50);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * longest));
}
