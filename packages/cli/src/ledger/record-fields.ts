import { isObject, SallyportError, type Json, type JsonObject, type LedgerRecord } from "@sallyport/core";

/** A text in a record's state; a record without it was written by something else. */
export function textIn({ state, type, stream, seq }: LedgerRecord, key: string): string {
  const value = state[key];
  if (typeof value === "string") return value;
  throw new SallyportError(
    "store-failed",
    `record ${seq} of \`${stream}\` (${type}) has no \`${key}\`; check the store with \`sallyport ledger verify\``,
  );
}

/** A list of texts in a record's state; empty where there is none. */
export function textsIn({ state }: LedgerRecord, key: string): readonly string[] {
  const value: Json = state[key] ?? [];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

/** The objects of a list in a record's state; empty where there is none. */
export function objectsIn({ state }: LedgerRecord, key: string): readonly JsonObject[] {
  const value: Json = state[key] ?? [];
  return Array.isArray(value) ? value.filter((item): item is JsonObject => isObject(item)) : [];
}

/** Whether a record's payload was erased: its digest stays. */
export function isErased({ payload, digest }: LedgerRecord): boolean {
  return payload === undefined && digest !== undefined;
}
