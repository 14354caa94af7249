import { SallyportError } from "../error.ts";
import type { Batch } from "./store.ts";

/**
 * Whether an append must fail with a conflict, for stores; `lengthOf` tells how long a stream is. A batch whose records
 * do not stand at the positions it expects is a fault of the caller (`store-failed`).
 */
export function isConflict(batches: readonly Batch[], lengthOf: (stream: string) => number): boolean {
  const lengths = new Map<string, number>();
  for (const batch of batches) {
    checkPositions(batch);
    if (batch.expected !== (lengths.get(batch.stream) ?? lengthOf(batch.stream))) return true;
    // two batches of one append may be about one stream
    lengths.set(batch.stream, batch.expected + batch.records.length);
  }
  return false;
}

function checkPositions({ stream, expected, records }: Batch): void {
  for (const [at, record] of records.entries()) {
    if (record.stream === stream && record.seq === expected + at) continue;
    const found = `record ${record.seq} of \`${record.stream}\``;
    throw new SallyportError("store-failed", `${found} cannot be record ${expected + at} of \`${stream}\``);
  }
}
