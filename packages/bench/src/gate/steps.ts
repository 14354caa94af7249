import type { Gate, Session } from "@sallyport/core";
import { medianOf, medianSpent, roundOfAsync, spentOn, spentOnEach, type Spent } from "../measure.ts";
import { chatOf, deskOn, notes, noTool } from "./desk.ts";
import { copy, memoryPlace, sqlitePlace, within } from "./places.ts";

/** What the gate adds to a call in a session of so many steps. */
export interface StepCost {
  readonly steps: number;
  /** on the memory store, in microseconds of CPU */
  readonly memory: number;
  /** on SQLite */
  readonly sqlite: Spent;
  /** on SQLite, the first call of a process that has to read the session */
  readonly resumed: Spent;
}

const ROUNDS = 15;
/** how many calls a round measures on the memory store */
const CALLS = 400;
/** how many it measures on SQLite */
const SQLITE_CALLS = 20;
/** a session that is longer is made once: what is measured makes it little longer */
const LONG = 10_000;

/** Measures sessions of so many steps; the rounds of all take turns. */
export async function measureSteps(lengths: readonly number[]): Promise<readonly StepCost[]> {
  const bare = await roundOfAsync(noTool, 100_000);
  const gate = await deskOn(memoryPlace().store);
  const rounds = new Map(lengths.map((steps) => [steps, [] as number[]]));
  const chats = new Chats(gate);
  // the first round warms everything up
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [steps, micros] of rounds) {
      const cost = await chats.costAfter(steps);
      if (round > 0) micros.push(cost - bare);
    }
  }
  const costs: StepCost[] = [];
  for (const [steps, micros] of rounds) costs.push({ steps, memory: medianOf(micros), ...(await onSqlite(steps, bare)) });
  return costs;
}

/** Sessions that are made as long as they have to be. */
class Chats {
  readonly #gate: Gate;
  readonly #kept = new Map<string, Chat>();
  #made = 0;

  constructor(gate: Gate) {
    this.#gate = gate;
  }

  /** CPU time of a call after so many others, in microseconds: in many short sessions, or in a long one. */
  async costAfter(steps: number): Promise<number> {
    const calls = Math.min(100, Math.max(10, steps / 10));
    let cpu = 0;
    for (let measured = 0; measured < CALLS; measured += calls) {
      const chat = this.#chat(steps);
      await lengthen(chat, Math.max(0, steps - chat.calls));
      cpu += (await spentOn(() => lengthen(chat, calls))).cpu;
    }
    return cpu / CALLS;
  }

  #chat(steps: number): Chat {
    const id = steps >= LONG ? `long-${steps}` : `short-${this.#made++}`;
    const chat = this.#kept.get(id) ?? { session: chatOf(this.#gate, id), calls: 0 };
    if (steps >= LONG) this.#kept.set(id, chat);
    return chat;
  }
}

/** A session, and how many calls were made in it. */
interface Chat {
  readonly session: Session;
  calls: number;
}

async function lengthen(chat: Chat, calls: number): Promise<void> {
  await notes(chat.session, chat.calls, calls);
  chat.calls += calls;
}

/** A process that reads a session of so many steps from a file and goes on in it. */
async function onSqlite(steps: number, bare: number): Promise<Pick<StepCost, "sqlite" | "resumed">> {
  return within(sqlitePlace(), async ({ store }) => {
    const made = memoryPlace();
    const gate = await deskOn(made.store);
    const chats = steps >= LONG ? 1 : ROUNDS;
    for (let chat = 0; chat < chats; chat++) await notes(chatOf(gate, `chat-${chat}`), 0, steps);
    await copy(made.store, store);
    const [first, next]: [Spent[], Spent[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      const chat = chatOf(await deskOn(store), `chat-${round % chats}`);
      const start = steps + Math.floor(round / chats) * (1 + SQLITE_CALLS);
      first.push(await spentOn(() => notes(chat, start, 1)));
      next.push(await spentOnEach(() => notes(chat, start + 1, SQLITE_CALLS), SQLITE_CALLS));
    }
    const { cpu, elapsed } = medianSpent(next);
    return { resumed: medianSpent(first), sqlite: { cpu: cpu - bare, elapsed } };
  });
}
