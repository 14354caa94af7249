import { ConditionError } from "../condition/fault.ts";
import type { Needle } from "./needle.ts";
import type { Segment, TokenStore } from "./token-store.ts";

/** How many positions the leaves of one decision may be compared with. */
const MAX_STEPS = 4_000_000;
/** a word is common where it is one of so many */
const COMMON = 500;

/** The steps that looking leaves up may still take; running out is a ConditionError. */
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
  const isCommon = store.count(word) * COMMON > store.length;
  let segment: Segment | undefined;
  let steps = 0;
  for (let position = store.last(word); position >= 0;) {
    if (++steps === 1000) {
      budget.spend(steps);
      steps = 0;
    }
    if (segment === undefined || position < segment.start) segment = store.segmentAt(position);
    if (segment === undefined) return;
    if (!fits(position, segment)) position = store.previous(position);
    else position = isCommon ? store.lastBefore(word, segment.start) : outOf(store, position, segment);
  }
  budget.spend(steps);
}

function outOf(store: TokenStore, position: number, segment: Segment): number {
  let at = store.previous(position);
  while (at >= segment.start) at = store.previous(at);
  return at;
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

/** A needle with its separators as a store knows them; the first one may be a part of what stands there. */
export class Standing {
  readonly #store: TokenStore;
  readonly #needle: Needle;
  readonly #separators: readonly (number | undefined)[];
  readonly #notAfter: string;

  /** `notAfter`: marks of which none may stand right before it. */
  constructor(store: TokenStore, needle: Needle, notAfter = "") {
    [this.#store, this.#needle, this.#notAfter] = [store, needle, notAfter];
    this.#separators = needle.before.map((text) => store.separators.idOf(text));
  }

  /** Whether some separator of the needle stands nowhere. */
  get isNowhere(): boolean {
    return this.#separators.includes(undefined, 1);
  }

  /** Whether the needle stands at a position: the same words, marks and spaces, and no letter or digit on either side. */
  isAt(start: number, segment: Segment, budget: Budget): boolean {
    const [store, { words, before, after }] = [this.#store, this.#needle];
    const end = start + words.length;
    if (start < segment.start || end > segment.end) return false;
    for (let at = 0; at < words.length; at++) {
      if (store.word(start + at) === words[at] && (at === 0 || store.separator(start + at) === this.#separators[at])) continue;
      budget.spend(at);
      return false;
    }
    budget.spend(words.length);
    return startsThere(store, start, segment, before[0] ?? "", this.#notAfter) && endsThere(store, end, segment, after);
  }
}

/** Every segment in which a needle stands, with none of some marks right before. */
export function findStanding(store: TokenStore, needle: Needle, budget: Budget, found: Found, notAfter?: string): void {
  if (needle.words.length === 0) return findMarks(store, needle.after, budget, found);
  const anchor = rarest(store, needle.words, budget);
  const word = needle.words[anchor] ?? 0;
  const standing = new Standing(store, needle, notAfter);
  if (store.count(word) === 0 || standing.isNowhere) return;
  visit(store, word, budget, (position, segment) => {
    if (!standing.isAt(position - anchor, segment, budget)) return false;
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
