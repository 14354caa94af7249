import type { JsonObject } from "../value.ts";

/** Something that is to be written: `state` stays for ever and is what folds need, `payload` can be erased. */
export interface Entry {
  readonly type: string;
  readonly state: JsonObject;
  readonly payload?: JsonObject;
}

/**
 * One entry of a stream, chained to the one before.
 * `seq` counts from 0; `at` is the store's time in milliseconds since 1970; `digest` is
 * SHA-256(salt ‖ canonical(payload)) and stays when payload and salt are erased;
 * `hash` is SHA-256(prev ‖ canonical([stream, seq, at, type, state]) ‖ digest). All hex.
 */
export interface LedgerRecord extends Entry {
  readonly stream: string;
  readonly seq: number;
  readonly at: number;
  readonly salt?: string;
  readonly digest?: string;
  readonly hash: string;
}
