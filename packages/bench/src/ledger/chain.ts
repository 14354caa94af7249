import type { LedgerRecord } from "@sallyport/core";
import { canonical, verifyStream } from "@sallyport/core";
import { batchOf, sealAll } from "@sallyport/core/testing";
import { sqlitePlace, within } from "../gate/places.ts";
import { medianSpent, spentOnEach, timeOf, type Spent } from "../measure.ts";
import { entryOf, sizeOf } from "./entry.ts";

/** What the chain costs a record, in microseconds of CPU. */
export interface ChainCost {
  /** bytes of canonical text that are hashed of it */
  readonly bytes: number;
  /** both canonical texts and both hashes */
  readonly seal: number;
  /** of that, the canonical texts */
  readonly canonical: number;
  /** checking a record that was read */
  readonly verify: number;
  /** reading it from an SQLite file and checking it */
  readonly readAndVerify: number;
}

const STREAM = "session//bench";
const RECORDS = 5_000;
const ROUNDS = 5;

/** Measures records one after the other in one stream. */
export async function measureChain(): Promise<ChainCost> {
  const entries = Array.from({ length: 100 }, (_, at) => entryOf(at));
  const records = sealAll(
    STREAM,
    Array.from({ length: RECORDS }, (_, at) => entryOf(at)),
  );
  const [first] = records;
  if (first === undefined) throw new Error("there are no records");
  return {
    bytes: sizeOf(first),
    seal: timeOf(() => sealAll(STREAM, entries)) / entries.length,
    canonical: timeOf(() => entries.map(textsOf)) / entries.length,
    verify: timeOf(() => check(records)) / RECORDS,
    readAndVerify: (await fromFile(records)).cpu,
  };
}

function textsOf({ type, state, payload }: ReturnType<typeof entryOf>): number {
  return canonical([STREAM, 7, 1_795_398_863_406, type, state]).length + canonical(payload ?? {}).length;
}

function check(records: readonly LedgerRecord[]): void {
  const verified = verifyStream(STREAM, records);
  if (!verified.ok) throw new Error(`record ${verified.seq} does not verify: ${verified.reason}`);
}

async function fromFile(records: readonly LedgerRecord[]): Promise<Spent> {
  return within(sqlitePlace(), async ({ store }) => {
    await store.append([batchOf(records)]);
    const rounds: Spent[] = [];
    const task = async (): Promise<void> => check(await store.read(STREAM, 0));
    for (let round = 0; round <= ROUNDS; round++) rounds.push(await spentOnEach(task, records.length));
    return medianSpent(rounds.slice(1));
  });
}
