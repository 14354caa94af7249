import type { LedgerRecord } from "@sallyport/core";
import { batchOf, sealAll } from "@sallyport/core/testing";
import { sqlitePlace, within } from "../gate/places.ts";
import { medianSpent, spentOnEach, type Spent } from "../measure.ts";
import { entryOf } from "./entry.ts";

/** What a record takes that is sealed and made durable with so many others. */
export interface AppendCost {
  readonly batch: number;
  readonly record: Spent;
}

const ROUNDS = 7;

/** How many appends a round waits for, one after the other. */
const APPENDS: ReadonlyMap<number, number> = new Map([
  [1, 100],
  [100, 20],
  [1_000, 5],
]);

/** Measures an SQLite file that is written to in batches of so many records; each append waits for the one before. */
export async function measureAppends(batches: readonly number[]): Promise<readonly AppendCost[]> {
  const costs: AppendCost[] = [];
  for (const batch of batches) {
    const appends = APPENDS.get(batch) ?? 1;
    costs.push({
      batch,
      record: await within(sqlitePlace(), async ({ store }) => {
        const entries = Array.from({ length: batch }, (_, at) => entryOf(at));
        const rounds: Spent[] = [];
        let last: LedgerRecord | undefined;
        const append = async (): Promise<void> => {
          for (let made = 0; made < appends; made++) {
            const records = sealAll("session//bench", entries, last);
            if ((await store.append([batchOf(records)])) === "conflict") throw new Error("somebody else wrote to the file");
            last = records.at(-1);
          }
        };
        // the first round warms everything up
        for (let round = 0; round <= ROUNDS; round++) rounds.push(await spentOnEach(append, appends * batch));
        return medianSpent(rounds.slice(1));
      }),
    });
  }
  return costs;
}
