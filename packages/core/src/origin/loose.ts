import type { Needle } from "./needle.ts";
import type { Scope } from "./scope.ts";
import { type Budget, type Progress, rarest, Standing, type Next, visit } from "./search.ts";
import type { Segment, TokenList } from "./token-list.ts";

/** How many marks may stand between two words that belong together. */
const MARKS_BETWEEN = 4;

/**
 * Every segment in which a needle's words follow each other, whatever marks and spaces are between, and whether the needle
 * stands there as it is. Fillers are words that may stand between: `at`, `dot`.
 */
export function findLoose(
  scope: Scope,
  needle: Needle,
  fillers: ReadonlySet<number>,
  budget: Budget,
  found: (segment: Segment, stands: boolean) => Next,
  progress?: Progress,
): void {
  const [{ words }, { tokens }] = [needle, scope];
  const anchor = rarest(scope, words, budget);
  const word = words[anchor];
  if (word === undefined || scope.count(word) === 0) return;
  const standing = new Standing(tokens, needle);
  const isNowhere = standing.isNowhere;
  const follows = (position: number, step: 1 | -1, segment: Segment): boolean =>
    follow(tokens, words, fillers, anchor, position, step, segment, budget);
  const fits = (position: number, segment: Segment): Next => {
    const stands = !isNowhere && standing.isAt(position - anchor, segment, budget);
    if (!stands && !(follows(position, 1, segment) && follows(position, -1, segment))) return "miss";
    const verdict = found(segment, stands);
    return verdict === "take" && !stands && !isNowhere ? "more" : verdict;
  };
  visit(scope, word, budget, fits, progress);
}

/** The next word after (or before) a position within its segment; negative: none is near. */
export function nextWord(tokens: TokenList, position: number, step: 1 | -1, { start, end }: Segment): number {
  const next = position + step;
  if (next < start || next >= end) return -1;
  return tokens.separators.marks(tokens.separator(step > 0 ? next : position)) > MARKS_BETWEEN ? -1 : next;
}

/** Whether the words on one side of the anchor stand there too. */
function follow(
  tokens: TokenList,
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
    at = nextWord(tokens, at, step, segment);
    if (fillers.size > 0 && at >= 0 && tokens.word(at) !== words[word] && fillers.has(tokens.word(at)))
      at = nextWord(tokens, at, step, segment);
    if (at < 0 || tokens.word(at) !== words[word]) return false;
  }
  return true;
}
