import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Batch, ListableStore } from "@sallyport/core";
import { memoryStore } from "@sallyport/core";
import { sqliteStore } from "@sallyport/sqlite";
import { medianOf } from "../measure.ts";

/** A store that is measured. */
export interface Place {
  readonly name: string;
  readonly store: ListableStore;
  readonly close: () => Promise<void>;
}

/** An empty store in memory. */
export function memoryPlace(): Place {
  return { name: "memory", store: memoryStore(), close: async () => {} };
}

/** An empty store on a real file, which is removed when it is closed. */
export function sqlitePlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-bench-"));
  const store = sqliteStore(join(folder, "gate.db"));
  const close = async (): Promise<void> => {
    await store.close();
    rmSync(folder, { recursive: true });
  };
  return { name: "SQLite", store, close };
}

/** Does something with a store, and closes it whatever comes of it. */
export async function within<T>(place: Place, work: (place: Place) => Promise<T>): Promise<T> {
  try {
    return await work(place);
  } finally {
    await place.close();
  }
}

/** How many streams are copied in one transaction. */
const AT_ONCE = 500;

/** Copies every stream of a store into an empty one: faster than to make all the calls again. */
export async function copy(from: ListableStore, to: ListableStore): Promise<void> {
  const heads = await from.streams();
  for (let first = 0; first < heads.length; first += AT_ONCE) {
    const batches: Batch[] = [];
    for (const { stream } of heads.slice(first, first + AT_ONCE))
      batches.push({ stream, expected: 0, records: await from.read(stream, 0) });
    if ((await to.append(batches)) === "conflict") throw new Error("what is copied was there already");
  }
}

/** How long the disk takes for a write of 4 KB that is durable afterwards, in microseconds: no store that waits for it is faster. */
export function diskTime(): number {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-bench-"));
  const file = openSync(join(folder, "plain"), "w");
  const page = new Uint8Array(4_096);
  const times = Array.from({ length: 50 }, () => {
    const start = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    return (performance.now() - start) * 1_000;
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return medianOf(times);
}
