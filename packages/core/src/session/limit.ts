import type { LedgerRecord } from "../ledger/record.ts";
import { number } from "./fields.ts";

/** What was claimed of one limit under one key: a fold over that limit's own stream. */
export interface LimitState {
  readonly stream: string;
  length: number;
  head: string;
  lastAt: number;
  readonly times: number[];
  readonly amounts: number[];
}

/** A limit of which nothing was claimed yet. */
export function emptyLimit(stream: string, head: string): LimitState {
  return { stream, length: 0, head, lastAt: 0, times: [], amounts: [] };
}

/** Takes a charge into the state. Times never run back: a charge counts from the latest time seen. */
export function charge(state: LimitState, at: number, amount: number): void {
  state.lastAt = Math.max(state.lastAt, at);
  state.times.push(state.lastAt);
  state.amounts.push(amount);
}

/** Takes a stored record of a limit's stream into the state. */
export function foldLimitRecord(state: LimitState, record: LedgerRecord): void {
  charge(state, record.at, number(record.state, "amount"));
  state.length = record.seq + 1;
  state.head = record.hash;
}

/** What was charged later than a moment. */
export function chargedSince(state: LimitState, moment: number): number {
  let low = 0;
  let high = state.times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((state.times[middle] ?? 0) > moment) high = middle;
    else low = middle + 1;
  }
  return state.amounts.slice(low).reduce((sum, amount) => sum + amount, 0);
}
