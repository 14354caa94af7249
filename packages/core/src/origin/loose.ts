import { type Budget, type Found, rarest, visit } from "./search.ts";
import type { Segment, TokenStore } from "./token-store.ts";

/** How many marks may stand between two words that belong together. */
const MARKS_BETWEEN = 4;

/** Words to look for one after the other, whatever stands between them. */
export interface LooseWords {
  readonly words: readonly number[];
  /** words that may stand between them: `at`, `dot` */
  readonly fillers: ReadonlySet<number>;
}

/** Every segment in which words follow each other, whatever marks and spaces are between. */
export function findLoose(store: TokenStore, loose: LooseWords, budget: Budget, found: Found): void {
  const anchor = rarest(store, loose.words, budget);
  const word = loose.words[anchor];
  if (word === undefined || store.count(word) === 0) return;
  visit(store, word, budget, (position, segment) => {
    if (follow(store, loose, anchor, position, 1, segment, budget) && follow(store, loose, anchor, position, -1, segment, budget)) {
      found(segment);
      return true;
    }
    return false;
  });
}

/** The next word after (or before) a position within its segment; negative: none is near. */
export function nextWord(store: TokenStore, position: number, step: 1 | -1, { start, end }: Segment): number {
  const next = position + step;
  if (next < start || next >= end) return -1;
  return store.separators.marks(store.separator(step > 0 ? next : position)) > MARKS_BETWEEN ? -1 : next;
}

/** Whether the words on one side of the anchor stand there too. */
function follow(
  store: TokenStore,
  { words, fillers }: LooseWords,
  anchor: number,
  position: number,
  step: 1 | -1,
  segment: Segment,
  budget: Budget,
): boolean {
  let at = position;
  for (let word = anchor + step; word >= 0 && word < words.length; word += step) {
    budget.spend(1);
    at = nextWord(store, at, step, segment);
    if (at >= 0 && store.word(at) !== words[word] && fillers.has(store.word(at))) at = nextWord(store, at, step, segment);
    if (at < 0 || store.word(at) !== words[word]) return false;
  }
  return true;
}
