import type { LedgerRecord } from "./record.ts";

/** Records for one stream, the first of which must get the position `expected` (the stream's length). */
export interface Batch {
  readonly stream: string;
  readonly expected: number;
  readonly records: readonly LedgerRecord[];
}

/** Which approvals to list; what is left out does not filter. */
export interface ApprovalQuery {
  readonly id?: string;
  readonly open?: boolean;
  readonly tenant?: string;
  readonly principal?: string;
}

/** Where an approval was asked for, and whether it still waits. */
export interface ApprovalEntry {
  readonly id: string;
  readonly stream: string;
  /** the position of the record that asked for it first */
  readonly seq: number;
  /** nobody has settled it, though it may have expired */
  readonly open: boolean;
  /** milliseconds since 1970; null: never */
  readonly expiresAt: number | null;
}

/**
 * Where records are kept: the port every store implements. All methods may reject with a
 * SallyportError `store-failed`; the gate then denies.
 */
export interface Store {
  /** The store's clock in milliseconds since 1970. */
  now(): number | Promise<number>;
  /** Appends to all the streams or to none, durably; `conflict` where a stream is not at its expected position. */
  append(batches: readonly Batch[]): Promise<"appended" | "conflict">;
  /** The records of a stream from a position on, in order; empty where there are none. */
  read(stream: string, from: number): Promise<readonly LedgerRecord[]>;
  /** The approvals that records opened (see `approvalChange`), in the order in which they were asked for. */
  approvals(query: ApprovalQuery): Promise<readonly ApprovalEntry[]>;
  /** The names of streams that grew since the call, also by other processes; ends when the signal aborts. */
  watch(signal: AbortSignal): AsyncIterable<string>;
}

/** A store whose streams can be listed: what export and verify need. */
export interface ListableStore extends Store {
  /** Every stream with its length and the hash of its last record, by name. */
  streams(): Promise<readonly StreamHead[]>;
}

/** A store that can forget payloads; the chain stays valid. */
export interface ErasableStore extends Store {
  /** Erases payload and salt of a stream's records (of one position, where given); returns how many. */
  erase(stream: string, seq?: number): Promise<number>;
}

/** The end of a stream: what an export keeps, so that a cut tail shows. */
export interface StreamHead {
  readonly stream: string;
  readonly length: number;
  readonly hash: string;
}
