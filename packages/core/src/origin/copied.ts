import type { Needle } from "./needle.ts";
import { nextWord } from "./loose.ts";
import type { Scope } from "./scope.ts";
import { type Budget, visit } from "./search.ts";
import type { Segment, TokenList } from "./token-list.ts";

/** A run of words that was copied: so many words, or fewer with so many characters between their first and last. */
const WORDS = 8;
const FEWEST_WORDS = 5;
const CHARACTERS = 24;

/** A run of a needle's words, the end exclusive. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

/** Every run of words of a needle that stands in a segment; `found` tells whether others are needed. */
export function findCopied(scope: Scope, needle: Needle, budget: Budget, found: (segment: Segment, run: Run) => "more" | "stop"): void {
  const { words, lengths } = needle;
  const { tokens } = scope;
  for (const anchor of anchorsOf(scope, needle, budget)) {
    const word = words[anchor] ?? 0;
    if (scope.count(word) === 0) continue;
    const isStopped = visit(scope, word, budget, (position, segment) => {
      // most positions fail here
      if (tokens.word(position - 1) !== words[anchor - 1] && tokens.word(position + 1) !== words[anchor + 1]) return "miss";
      const run = extend(tokens, words, anchor, position, segment, budget);
      return isLong(run, lengths) ? found(segment, run) : "miss";
    });
    if (isStopped) return;
  }
}

/** Words of which each run that is long enough holds one, such that together they stand as rarely as can be. */
function anchorsOf(scope: Scope, { words, lengths }: Needle, budget: Budget): readonly number[] {
  budget.spend(words.length);
  // of each word as an anchor: how often it and the best ones before it stand, and which one is before it
  const costs: number[] = [];
  const before: number[] = [];
  const ends = endsOf(lengths);
  let first = -1;
  for (let at = 0; at < words.length; at++) {
    // no run fits between an anchor and the next one
    while (first < at && (ends[first + 1] ?? 0) <= at) first++;
    let [least, best] = [Number.POSITIVE_INFINITY, -1];
    for (let one = first; one < at; one++) {
      const cost = one < 0 ? 0 : (costs[one] ?? 0);
      if (cost < least) [least, best] = [cost, one];
    }
    costs.push(least + scope.count(words[at] ?? 0));
    before.push(best);
  }
  let last = -1;
  for (let at = 0; at < words.length; at++)
    // no run fits after the last one
    if ((ends[at + 1] ?? Number.POSITIVE_INFINITY) > words.length && (last < 0 || (costs[at] ?? 0) < (costs[last] ?? 0))) last = at;
  const anchors: number[] = [];
  if ((ends[0] ?? Number.POSITIVE_INFINITY) > words.length) return anchors;
  for (let at = last; at >= 0; at = before[at] ?? -1) anchors.push(at);
  return anchors.reverse();
}

/** For each word: where the shortest run that starts with it and is long enough ends; infinite where there is none. */
function endsOf(lengths: readonly number[]): readonly number[] {
  return lengths.map((_, start) => {
    for (let end = start + FEWEST_WORDS; end <= Math.min(start + WORDS, lengths.length); end++)
      if (isLong({ start, end }, lengths)) return end;
    return Number.POSITIVE_INFINITY;
  });
}

function extend(tokens: TokenList, words: readonly number[], anchor: number, position: number, segment: Segment, budget: Budget): Run {
  const before = reach(tokens, words, anchor, position, -1, 0, segment, budget);
  const after = reach(tokens, words, anchor, position, 1, words.length - 1, segment, budget);
  return { start: anchor - before, end: anchor + after + 1 };
}

/** How many words on one side of the anchor stand there too, up to a last one. */
function reach(
  tokens: TokenList,
  words: readonly number[],
  anchor: number,
  position: number,
  step: 1 | -1,
  last: number,
  segment: Segment,
  budget: Budget,
): number {
  let [at, count] = [position, 0];
  for (let word = anchor + step; step > 0 ? word <= last : word >= last; word += step) {
    budget.spend(1);
    at = nextWord(tokens, at, step, segment);
    if (at < 0 || tokens.word(at) !== words[word]) break;
    count++;
  }
  return count;
}

function isLong({ start, end }: Run, lengths: readonly number[]): boolean {
  const count = end - start;
  if (count >= WORDS || count < FEWEST_WORDS) return count >= WORDS;
  let characters = 0;
  for (let word = start; word < end; word++) characters += lengths[word] ?? 0;
  return characters >= CHARACTERS;
}
