import type { Gate, Session } from "@sallyport/core";
import { medianSpent, spentOnEach, type Spent } from "../measure.ts";
import { chatOf, deskOn, note } from "./desk.ts";
import { within, type Place } from "./places.ts";

/** Whose calls are made at once: one session's, or each another's. */
type Whose = "one session" | "a session each";

/** What a call takes of which so many are made at once. */
export interface CrowdCost {
  readonly store: string;
  readonly whose: Whose;
  readonly atOnce: number;
  readonly call: Spent;
}

const ROUNDS = 7;

/** How many calls a round makes, on a store that answers at once and on one that writes to a disk. */
const CALLS = { memory: 512, SQLite: 128 };

/** Measures calls on a store; all kinds take turns. */
export async function measureAtOnce(open: () => Place, sizes: readonly number[]): Promise<readonly CrowdCost[]> {
  return within(open(), async ({ name, store }) => {
    const gate = await deskOn(store);
    const kinds = (["one session", "a session each"] as const).flatMap((whose) =>
      sizes.map((atOnce) => ({ whose, atOnce, rounds: [] as Spent[] })),
    );
    const calls = name === "memory" ? CALLS.memory : CALLS.SQLite;
    // the first round warms everything up
    for (let round = 0; round <= ROUNDS; round++) {
      for (const { whose, atOnce, rounds } of kinds) {
        const crowd = await Crowd.gather(gate, `${whose} ${atOnce} ${round}`, whose === "one session" ? 1 : atOnce);
        const spent = await spentOnEach(() => crowd.call(calls, atOnce), calls);
        if (round > 0) rounds.push(spent);
      }
    }
    return kinds.map(({ whose, atOnce, rounds }) => ({ store: name, whose, atOnce, call: medianSpent(rounds) }));
  });
}

/** Sessions that are open, and call in turn. */
class Crowd {
  readonly #sessions: readonly Session[];
  #calls = 0;

  private constructor(sessions: readonly Session[]) {
    this.#sessions = sessions;
  }

  static async gather(gate: Gate, name: string, count: number): Promise<Crowd> {
    const crowd = new Crowd(Array.from({ length: count }, (_, at) => chatOf(gate, `${name} ${at}`)));
    await crowd.call(count, count);
    return crowd;
  }

  /** Makes so many calls, never more than so many at once: as soon as one has its answer the next is made. */
  async call(calls: number, atOnce: number): Promise<void> {
    let left = calls;
    const one = async (): Promise<void> => {
      while (left-- > 0) await this.#next();
    };
    await Promise.all(Array.from({ length: atOnce }, one));
  }

  async #next(): Promise<void> {
    const call = this.#calls++;
    const session = this.#sessions[call % this.#sessions.length];
    if (session === undefined) throw new Error("nobody is there to call");
    await note(session, call);
  }
}
