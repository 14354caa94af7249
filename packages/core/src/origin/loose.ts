import { type Budget, rarest, visit } from "./search.ts";
import { IS_MARK } from "./token.ts";
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
export function findLoose(store: TokenStore, loose: LooseWords, budget: Budget, found: (segment: Segment) => void): void {
  const anchor = rarest(store, loose.words, budget);
  const value = loose.words[anchor];
  if (value === undefined || store.count(value) === 0) return;
  visit(store, value, budget, found, (position, segment) => surrounds(store, loose, anchor, position, segment, budget));
}

/** The next word after (or before) a position within its segment; negative: none is near. */
export function nextWord(store: TokenStore, position: number, step: 1 | -1, { start, end }: Segment): number {
  for (let at = position + step, marks = 0; at >= start && at < end && marks <= MARKS_BETWEEN; at += step, marks++)
    if ((store.flags(at) & IS_MARK) === 0) return at;
  return -1;
}

function surrounds(
  store: TokenStore,
  { words, fillers }: LooseWords,
  anchor: number,
  position: number,
  segment: Segment,
  budget: Budget,
): boolean {
  const follows = (from: number, step: 1 | -1): boolean => {
    let at = position;
    for (let word = from; word >= 0 && word < words.length; word += step) {
      budget.spend(1);
      at = nextWord(store, at, step, segment);
      if (at >= 0 && store.value(at) !== words[word] && fillers.has(store.value(at))) at = nextWord(store, at, step, segment);
      if (at < 0 || store.value(at) !== words[word]) return false;
    }
    return true;
  };
  return (store.flags(position) & IS_MARK) === 0 && follows(anchor + 1, 1) && follows(anchor - 1, -1);
}
