import { verifyStream, type ListableStore, type StreamHead, type Verification } from "@sallyport/core";

/** The first record of a stream that does not hold. */
interface Broken {
  readonly stream: string;
  /** the position, from 0; null where the stream cannot be read at all */
  readonly seq: number | null;
  readonly reason: string;
}

/** What verifying a store found. */
export interface Findings {
  readonly ok: boolean;
  readonly records: number;
  readonly broken: readonly Broken[];
  /** the ends of the streams that hold: kept elsewhere, they show a cut */
  readonly heads: readonly StreamHead[];
}

/** Verifies every stream of a store, against its own heads and those that were kept elsewhere. */
export async function verifyStore(
  store: ListableStore,
  kept: readonly StreamHead[],
  progress: (records: number) => void,
): Promise<Findings> {
  const [broken, heads]: [Broken[], StreamHead[]] = [[], []];
  let records = 0;
  const streams = await store.streams();
  for (const own of streams) {
    const found = await verifyOne(
      store,
      own,
      kept.find(({ stream }) => stream === own.stream),
    );
    if ("reason" in found) broken.push({ stream: own.stream, seq: found.seq, reason: found.reason });
    else heads.push(found.head);
    records += own.length;
    progress(records);
  }
  for (const { stream, length } of kept) {
    if (streams.some((own) => own.stream === stream)) continue;
    broken.push({ stream, seq: 0, reason: `the stream is missing: ${length} records were there` });
  }
  return { ok: broken.length === 0, records, broken, heads };
}

type Found = { readonly head: StreamHead } | { readonly seq: number | null; readonly reason: string };

/** The store's own head shows an end that was cut without it, a kept one also an end that was cut with it. */
async function verifyOne(store: ListableStore, own: StreamHead, kept: StreamHead | undefined): Promise<Found> {
  try {
    const records = await store.read(own.stream, 0);
    const whole = verifyStream(own.stream, records, own);
    const first: Verification = whole.ok && kept !== undefined ? verifyStream(own.stream, records, kept) : whole;
    return first.ok ? { head: first.head } : { seq: first.seq, reason: first.reason };
  } catch (error) {
    // what cannot even be read is not what was written: the break that verifying is there to find
    return { seq: null, reason: error instanceof Error ? error.message : "it cannot be read" };
  }
}
