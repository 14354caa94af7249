import { ConditionError } from "../condition/fault.ts";
import type { Needle } from "./needle.ts";
import { AFTER_SPACE, IS_MARK } from "./token.ts";
import type { Segment, TokenStore } from "./token-store.ts";

/** How many tokens one leaf may be compared with. */
const MAX_STEPS = 1_000_000;

/** The steps that looking up one leaf may still take; running out is a ConditionError. */
export class Budget {
  #left: number = MAX_STEPS;

  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new ConditionError("where this was seen takes too long to find out");
  }
}

/** Whether tokens stand at a position of a segment. */
type Fits = (position: number, segment: Segment) => boolean;

/** Every segment in which a needle stands: the same words, marks and spaces between, no letter or digit on either side, and none of some marks before. */
export function findStanding(
  store: TokenStore,
  needle: Needle,
  budget: Budget,
  found: (segment: Segment) => void,
  notAfter: readonly number[] = [],
): void {
  const anchor = rarest(store, needle.values, budget);
  const value = needle.values[anchor];
  if (value === undefined || store.count(value) === 0) return;
  visit(store, value, budget, found, (position, segment) => {
    const start = position - anchor;
    if (!stands(store, needle, start, segment, budget)) return false;
    const joined = start > segment.start && (store.flags(start) & AFTER_SPACE) === 0 && (store.flags(start - 1) & IS_MARK) !== 0;
    return !joined || !notAfter.includes(store.value(start - 1));
  });
}

/** Walks over the positions of a value, the last first; a segment that fits once is not looked at again. */
export function visit(store: TokenStore, value: number, budget: Budget, found: (segment: Segment) => void, fits: Fits): void {
  let segment: Segment | undefined;
  let settled = false;
  for (let position = store.last(value); position >= 0; position = store.previous(position)) {
    budget.spend(1);
    if (segment === undefined || position < segment.start) {
      segment = store.segmentAt(position);
      settled = false;
      if (segment === undefined) return;
    }
    if (settled || !fits(position, segment)) continue;
    settled = true;
    found(segment);
  }
}

/** The place of the token that stands least often. */
export function rarest(store: TokenStore, values: readonly number[], budget: Budget): number {
  budget.spend(values.length);
  let [anchor, least] = [0, Number.POSITIVE_INFINITY];
  for (const [at, value] of values.entries()) {
    const count = store.count(value);
    if (count < least) [anchor, least] = [at, count];
    if (count === 0) return at;
  }
  return anchor;
}

function stands(store: TokenStore, { values, flags }: Needle, start: number, segment: Segment, budget: Budget): boolean {
  const end = start + values.length;
  if (start < segment.start || end > segment.end) return false;
  for (let at = 0; at < values.length; at++) {
    const differs = store.flags(start + at) ^ (flags[at] ?? 0);
    // what stands before the first token is no part of the needle
    const relevant = at === 0 ? IS_MARK : IS_MARK | AFTER_SPACE;
    if (store.value(start + at) === values[at] && (differs & relevant) === 0) continue;
    budget.spend(at + 1);
    return false;
  }
  budget.spend(values.length);
  return !isBeside(store, start, start, segment) && !isBeside(store, end, end - 1, segment);
}

/** Whether a mark at the needle's edge meets a letter or digit across a border between two tokens. */
function isBeside(store: TokenStore, border: number, edge: number, { start, end }: Segment): boolean {
  if (border <= start || border >= end || (store.flags(border) & AFTER_SPACE) !== 0) return false;
  const other = edge === border ? border - 1 : border;
  return (store.flags(edge) & IS_MARK) !== 0 && (store.flags(other) & IS_MARK) === 0;
}
