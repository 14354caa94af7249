import type { Needle } from "./needle.ts";
import { type Budget, rarest, Standing, visit } from "./search.ts";
import type { Segment, TokenStore } from "./token-store.ts";

/** How many marks may stand between two words that belong together. */
const MARKS_BETWEEN = 4;

/**
 * Every segment in which a needle's words follow each other, whatever marks and spaces are between, and whether the needle
 * stands there as it is. Fillers are words that may stand between: `at`, `dot`.
 */
export function findLoose(
  store: TokenStore,
  needle: Needle,
  fillers: ReadonlySet<number>,
  budget: Budget,
  found: (segment: Segment, stands: boolean) => void,
): void {
  const { words } = needle;
  const anchor = rarest(store, words, budget);
  const word = words[anchor];
  if (word === undefined || store.count(word) === 0) return;
  const standing = new Standing(store, needle);
  const isNowhere = standing.isNowhere;
  const follows = (position: number, step: 1 | -1, segment: Segment): boolean =>
    follow(store, words, fillers, anchor, position, step, segment, budget);
  visit(store, word, budget, (position, segment) => {
    const stands = !isNowhere && standing.isAt(position - anchor, segment, budget);
    if (!stands && !(follows(position, 1, segment) && follows(position, -1, segment))) return false;
    found(segment, stands);
    return stands || isNowhere;
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
  words: readonly number[],
  fillers: ReadonlySet<number>,
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
    if (fillers.size > 0 && at >= 0 && store.word(at) !== words[word] && fillers.has(store.word(at)))
      at = nextWord(store, at, step, segment);
    if (at < 0 || store.word(at) !== words[word]) return false;
  }
  return true;
}
