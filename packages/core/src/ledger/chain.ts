import { canonical } from "../json/canonical.ts";
import { sha256Hex } from "../json/sha256.ts";
import type { Entry, LedgerRecord } from "./record.ts";
import type { StreamHead } from "./store.ts";

/** The `prev` of a stream's first record. */
export const GENESIS: string = "0".repeat(64);

/**
 * Makes an entry the record at position `seq` of a stream: `prev` is the hash of the record before (`GENESIS` for the
 * first), `at` the store's time, `salt` fresh (see `saltSource`). The formula stands at `LedgerRecord`.
 */
export function seal(prev: string, stream: string, seq: number, at: number, entry: Entry, salt: string): LedgerRecord {
  const { type, state, payload } = entry;
  if (payload === undefined) return { stream, seq, at, type, state, hash: hashOf(prev, { stream, seq, at, type, state }) };
  const digest = digestOfPayload(salt, payload);
  const hash = hashOf(prev, { stream, seq, at, type, state, digest });
  return { stream, seq, at, type, state, payload, salt, digest, hash };
}

/** A stream that holds together, or its first record that does not; `seq` is the position, from 0. */
export type Verification =
  | { readonly ok: true; readonly head: StreamHead }
  | { readonly ok: false; readonly seq: number; readonly reason: string };

/**
 * Verifies a whole stream, from position 0: every record's place, hash and payload, and with the head that was kept
 * elsewhere also that its end was not cut. Records after that head may have been added since. An erased payload is fine.
 */
export function verifyStream(stream: string, records: readonly LedgerRecord[], head?: StreamHead): Verification {
  let prev = GENESIS;
  for (const [seq, record] of records.entries()) {
    const reason = recordDefect(record, stream, seq, prev) ?? headDefect(record, head);
    if (reason !== undefined) return { ok: false, seq, reason };
    prev = record.hash;
  }
  if (head !== undefined && records.length < head.length) {
    return { ok: false, seq: records.length, reason: `the end is cut: ${head.length} records were there, ${records.length} are` };
  }
  return { ok: true, head: { stream, length: records.length, hash: prev } };
}

function recordDefect(record: LedgerRecord, stream: string, seq: number, prev: string): string | undefined {
  if (record.stream !== stream) return `it belongs to the stream \`${record.stream}\``;
  if (record.seq !== seq) return `its position is ${record.seq}`;
  try {
    return record.hash === hashOf(prev, record) ? payloadDefect(record) : "its hash does not fit what it says or the record before";
  } catch {
    // what has no canonical form was never sealed by us
    return "it cannot be read";
  }
}

function payloadDefect({ payload, salt, digest }: LedgerRecord): string | undefined {
  // the hash cannot tell it from none, and the record would look erased
  if (digest === "") return "its digest is empty";
  if (payload === undefined) return salt === undefined ? undefined : "it has a salt and no payload";
  if (salt === undefined || digest === undefined) return "its payload has no salt or no digest";
  return digest === digestOfPayload(salt, payload) ? undefined : "its payload or salt was changed";
}

function headDefect(record: LedgerRecord, head: StreamHead | undefined): string | undefined {
  if (head === undefined || record.seq !== head.length - 1 || record.hash === head.hash) return undefined;
  return "its hash is not the one of the head";
}

function hashOf(prev: string, record: Omit<LedgerRecord, "hash">): string {
  const { stream, seq, at, type, state, digest } = record;
  return sha256Hex(prev, canonical([stream, seq, at, type, state]), digest ?? "");
}

function digestOfPayload(salt: string, payload: NonNullable<Entry["payload"]>): string {
  return sha256Hex(salt, canonical(payload));
}
