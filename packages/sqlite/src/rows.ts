import type { SQLOutputValue } from "node:sqlite";
import {
  type ApprovalEntry,
  isObject,
  type Json,
  type JsonObject,
  type LedgerRecord,
  SallyportError,
  type StreamHead,
} from "@sallyport/core";

/** A row as node:sqlite gives it. */
export type Row = Readonly<Record<string, SQLOutputValue>>;

/** A record's columns, in the order in which they are written. */
export const RECORD_COLUMNS = "stream, seq, at, type, state, payload, salt, digest, hash";

/** The columns of a record whose stream is known, as it is where one stream is read. */
export const READ_COLUMNS = "seq, at, type, state, payload, salt, digest, hash";

/** A name as its column holds it: nothing in it ends a text of SQLite's early, and no two names become one. */
export function toName(name: string): string {
  return JSON.stringify(name).slice(1, -1);
}

/** The name that a column holds. */
export function nameOf(value: SQLOutputValue | undefined): string {
  return textOf(JSON.parse(`"${textOf(value)}"`));
}

/** The values of a record's columns. */
export function toColumns(record: LedgerRecord): (string | number | null)[] {
  const { stream, seq, at, type, state, payload, salt, digest, hash } = record;
  const texts = [JSON.stringify(state), payload === undefined ? null : JSON.stringify(payload)];
  return [toName(stream), seq, at, type, ...texts, salt ?? null, digest ?? null, hash];
}

/** The record of a row of a stream; what cannot be one is a fault that names it. */
export function toRecord(stream: string, row: Row): LedgerRecord {
  const { payload, salt, digest } = row;
  try {
    return {
      stream,
      seq: Number(row["seq"]),
      at: timeOf(row["at"]),
      type: textOf(row["type"]),
      state: objectOf(row["state"]),
      ...(payload === null ? {} : { payload: objectOf(payload) }),
      ...(salt === null ? {} : { salt: textOf(salt) }),
      ...(digest === null ? {} : { digest: textOf(digest) }),
      hash: textOf(row["hash"]),
    };
  } catch (cause) {
    const message = `record ${String(row["seq"])} of \`${stream}\` cannot be read; was the file changed?`;
    throw new SallyportError("store-failed", message, { cause });
  }
}

/** The head of a row. */
export function toHead(row: Row): StreamHead {
  return { stream: nameOf(row["stream"]), length: Number(row["length"]), hash: textOf(row["hash"]) };
}

/** The approval of a row. */
export function toApproval(row: Row): ApprovalEntry {
  return {
    id: nameOf(row["id"]),
    stream: nameOf(row["stream"]),
    seq: Number(row["seq"]),
    open: row["open"] === 1,
    expiresAt: expiryOf(row["expires"]),
  };
}

function expiryOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function objectOf(value: unknown): JsonObject {
  const parsed: Json = JSON.parse(textOf(value));
  if (isObject(parsed)) return parsed;
  throw new SallyportError("store-failed", "a column holds no object");
}

/** As many milliseconds before and after 1970 as there are times for. */
const LATEST = 8.64e15;

function timeOf(value: unknown): number {
  if (typeof value === "number" && Math.abs(value) <= LATEST) return value;
  throw new SallyportError("store-failed", "a column holds no time");
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  throw new SallyportError("store-failed", "a column holds no text");
}
