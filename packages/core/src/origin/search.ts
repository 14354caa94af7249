import { ConditionError } from "../condition/fault.ts";
import type { Needle } from "./needle.ts";
import type { Segment, TokenStore } from "./token-store.ts";

/** How many positions one leaf may be compared with. */
const MAX_STEPS = 2_000_000;

/** The steps that looking up one leaf may still take; running out is a ConditionError. */
export class Budget {
  #left: number = MAX_STEPS;

  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new ConditionError("where this was seen takes too long to find out");
  }
}

/** Gets a segment in which something stands. */
export type Found = (segment: Segment) => void;

/** Walks over the positions of a word, the last first; a segment that fits once is not looked at again. */
export function visit(store: TokenStore, word: number, budget: Budget, fits: (position: number, segment: Segment) => boolean): void {
  let segment: Segment | undefined;
  let settled = false;
  let steps = 0;
  for (let position = store.last(word); position >= 0; position = store.previous(position)) {
    if (++steps === 1000) {
      budget.spend(steps);
      steps = 0;
    }
    if (segment === undefined || position < segment.start) {
      segment = store.segmentAt(position);
      if (segment === undefined) return;
      settled = false;
    }
    if (!settled) settled = fits(position, segment);
  }
  budget.spend(steps);
}

/** The place of the word that stands least often. */
export function rarest(store: TokenStore, words: readonly number[], budget: Budget): number {
  budget.spend(words.length);
  let [anchor, least] = [0, Number.POSITIVE_INFINITY];
  for (let at = 0; at < words.length; at++) {
    const count = store.count(words[at] ?? 0);
    if (count === 0) return at;
    if (count < least) [anchor, least] = [at, count];
  }
  return anchor;
}

/**
 * Every segment in which a needle stands: the same words, the same marks and spaces between them, no letter or digit on
 * either side, and none of some marks right before.
 */
export function findStanding(store: TokenStore, needle: Needle, budget: Budget, found: Found, notAfter = ""): void {
  if (needle.words.length === 0) return findMarks(store, needle.after, budget, found);
  const anchor = rarest(store, needle.words, budget);
  const word = needle.words[anchor] ?? 0;
  const separators = needle.before.map((text) => store.separators.idOf(text));
  // the first one may be a part of what stands there
  if (store.count(word) === 0 || separators.slice(1).includes(undefined)) return;
  visit(store, word, budget, (position, segment) => {
    const start = position - anchor;
    const end = start + needle.words.length;
    if (start < segment.start || end > segment.end) return false;
    for (let at = 0; at < needle.words.length; at++) {
      const differs = at > 0 && store.separator(start + at) !== separators[at];
      if (!differs && store.word(start + at) === needle.words[at]) continue;
      budget.spend(at);
      return false;
    }
    budget.spend(needle.words.length);
    if (!startsThere(store, start, segment, needle.before[0] ?? "", notAfter) || !endsThere(store, end, segment, needle.after)) return false;
    found(segment);
    return true;
  });
}

/** Whether marks stand right before a word, with no letter or digit before them. */
function startsThere(store: TokenStore, start: number, segment: Segment, marks: string, notAfter: string): boolean {
  if (marks === "" && notAfter === "") return true;
  const before = store.separators.text(store.separator(start));
  if (before === undefined || !before.endsWith(marks)) return false;
  if (marks === "") return before === "" || !notAfter.includes(before.slice(-1));
  return before.length > marks.length || start === segment.start;
}

/** Whether marks stand right after a word, with no letter or digit after them. */
function endsThere(store: TokenStore, end: number, segment: Segment, marks: string): boolean {
  if (marks === "") return true;
  const after = store.separators.text(store.separator(end));
  if (after === undefined || !after.startsWith(marks)) return false;
  return after.length > marks.length || end === segment.end;
}

/** Every segment in which marks stand with no letter or digit on either side. */
function findMarks(store: TokenStore, marks: string, budget: Budget, found: Found): void {
  const holding = marks === "" ? new Set<number>() : store.separators.holding(marks);
  if (holding.size === 0) return;
  budget.spend(store.length >> 3);
  for (let position = 0; position < store.length; position++) {
    if (!holding.has(store.separator(position))) continue;
    const segment = store.segmentAt(position);
    const text = store.separators.text(store.separator(position)) ?? "";
    if (segment === undefined) continue;
    const [first, last] = [position === segment.start, position === segment.end];
    budget.spend(text.length);
    for (let at = text.indexOf(marks); at >= 0; at = text.indexOf(marks, at + 1)) {
      if ((at === 0 && !first) || (at + marks.length === text.length && !last)) continue;
      found(segment);
      break;
    }
  }
}
