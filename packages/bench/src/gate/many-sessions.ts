import type { Gate, ListableStore, Store } from "@sallyport/core";
import { medianSpent, memoryInUse, spentOnEach, type Spent } from "../measure.ts";
import { chatOf, deskOn, note } from "./desk.ts";
import { copy, memoryPlace, sqlitePlace, within, type Place } from "./places.ts";

/** What a call takes in a store of so many sessions, each of one call. */
export interface CountCost {
  readonly store: string;
  readonly sessions: number;
  /** the first call of a session that nobody has opened before */
  readonly fresh: Spent;
  /** a call in a session that this gate reads from the store first */
  readonly resumed: Spent;
}

/** Bytes of heap that a session of one call holds. */
export interface SessionHeap {
  /** its records in the memory store */
  readonly store: number;
  /** what the gate keeps of it while it is one of those used last */
  readonly gate: number;
}

/** how many sessions a round calls in, and how many rounds there are; more where there are few sessions */
const SAMPLE = 60;
const ROUNDS = { few: 21, many: 7 };
/** how many calls are made at once while a store is filled */
const AT_ONCE = 64;
const MEASURED = 1_000;

/** Measures a memory store of so many sessions, and an SQLite file with the same. */
export async function measureSessions(sessions: number): Promise<readonly CountCost[]> {
  const memory = memoryPlace();
  await fill(memory.store, sessions);
  return within(sqlitePlace(), async (sqlite) => {
    await copy(memory.store, sqlite.store);
    return [await costIn(memory, sessions), await costIn(sqlite, sessions)];
  });
}

/** Measures what sessions hold on to. It leaves the process slower for a while, so that it comes last. */
export async function measureHeap(): Promise<SessionHeap> {
  const { store } = memoryPlace();
  const before = memoryInUse();
  const withGate = await inUseAfter(() => fill(store, MEASURED));
  const withoutGate = memoryInUse();
  const { length } = await store.streams();
  return { store: (withoutGate - before) / length, gate: (withGate - withoutGate) / length };
}

async function inUseAfter(make: () => Promise<Gate>): Promise<number> {
  const gate = await make();
  const bytes = memoryInUse();
  // it must be alive until here
  return gate.strict ? 0 : bytes;
}

async function fill(store: ListableStore, sessions: number): Promise<Gate> {
  const gate = await deskOn(store);
  for (let first = 0; first < sessions; first += AT_ONCE) {
    const count = Math.min(AT_ONCE, sessions - first);
    await Promise.all(Array.from({ length: count }, (_, at) => note(chatOf(gate, `chat-${first + at}`), 0)));
  }
  return gate;
}

async function costIn({ name, store }: Place, sessions: number): Promise<CountCost> {
  const [fresh, resumed]: [Spent[], Spent[]] = [[], []];
  const sample = Math.min(SAMPLE, sessions);
  // the first round warms everything up
  for (let round = 0; round <= (sample < SAMPLE ? ROUNDS.few : ROUNDS.many); round++) {
    const known = Array.from({ length: sample }, (_, at) => `chat-${(Math.floor((at * sessions) / sample) + round) % sessions}`);
    const unknown = known.map((id) => `new ${round} ${id}`);
    const [inFresh, inKnown] = [await callIn(store, unknown, round), await callIn(store, known, round + 1)];
    if (round > 0) fresh.push(inFresh);
    if (round > 0) resumed.push(inKnown);
  }
  return { store: name, sessions, fresh: medianSpent(fresh), resumed: medianSpent(resumed) };
}

/** A call in each of these sessions, by a gate that has seen none of them. */
async function callIn(store: Store, sessions: readonly string[], call: number): Promise<Spent> {
  const gate = await deskOn(store);
  return spentOnEach(async () => {
    for (const id of sessions) await note(chatOf(gate, id), call);
  }, sessions.length);
}
