import { GENESIS, seal } from "./chain.ts";
import type { Entry, LedgerRecord } from "./record.ts";
import type { Batch, ErasableStore, ListableStore } from "./store.ts";

/** A store as the suite uses it. */
export interface StoreHandle {
  readonly store: ListableStore & ErasableStore;
  close(): Promise<void>;
}

/** A store whose data may be open more than once. */
export interface SharedHandle extends StoreHandle {
  /** Opens the same data once more, as another process would. */
  reopen(): Promise<StoreHandle>;
}

/** What the suite needs of a test framework; vitest's and jest's fit. */
export interface TestApi {
  readonly describe: (name: string, body: () => void) => void;
  readonly it: (name: string, body: () => Promise<void>) => void;
  readonly expect: (actual: unknown) => { toEqual(expected: unknown): void };
}

/** The time of the suite's clock. */
export const CLOCK: number = Date.UTC(2026, 10, 22);

const SALT = "5a".repeat(16);

/** Makes entries the records of a stream: from its beginning, or after a record of it. */
export function sealAll(stream: string, entries: readonly Entry[], after?: LedgerRecord): readonly LedgerRecord[] {
  const records: LedgerRecord[] = [];
  for (const entry of entries) {
    const last = records.at(-1) ?? after;
    records.push(seal(last?.hash ?? GENESIS, stream, (last?.seq ?? -1) + 1, CLOCK, entry, SALT));
  }
  return records;
}

/** The batch of records of one stream, at the position of the first. */
export function batchOf(records: readonly (LedgerRecord | undefined)[]): Batch {
  const all = records.flatMap(listOf);
  return { stream: all[0]?.stream ?? "", expected: all[0]?.seq ?? 0, records: all };
}

/** The record, if there is one. */
export function listOf(record: LedgerRecord | undefined): readonly LedgerRecord[] {
  return record === undefined ? [] : [record];
}
