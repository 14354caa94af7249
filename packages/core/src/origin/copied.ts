import type { Needle } from "./needle.ts";
import { nextWord } from "./loose.ts";
import type { Scope } from "./scope.ts";
import { type Budget, rarest, visit } from "./search.ts";
import type { Segment, TokenList } from "./token-list.ts";

/** A run of words that was copied: so many words, or fewer with so many characters between their first and last. */
const WORDS = 8;
const FEWEST_WORDS = 5;
const CHARACTERS = 24;
/** every run of FEWEST_WORDS words covers a block of so many, counted from the start of the text */
const BLOCK = 3;

/** A run of a needle's words, the end exclusive. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

/** Every run of words of a needle that stands in a segment; `found` tells whether others are needed. */
export function findCopied(
  scope: Scope,
  { words, lengths }: Needle,
  budget: Budget,
  found: (segment: Segment, run: Run) => "more" | "stop",
): void {
  if (words.length < FEWEST_WORDS) return;
  const { tokens } = scope;
  for (let block = 0; block + BLOCK <= words.length; block += BLOCK) {
    const anchor = block + rarest(scope, words.slice(block, block + BLOCK), budget);
    const word = words[anchor] ?? 0;
    if (scope.count(word) === 0) continue;
    const isStopped = visit(scope, word, budget, (position, segment) => {
      // most positions fail here
      if (anchor > block && tokens.word(position - 1) !== words[anchor - 1]) return "miss";
      if (anchor < block + BLOCK - 1 && tokens.word(position + 1) !== words[anchor + 1]) return "miss";
      if (!covers(tokens, words, block, anchor, position, segment, budget)) return "miss";
      const run = extend(tokens, words, anchor, position, segment, budget);
      return isLong(run, lengths) ? found(segment, run) : "miss";
    });
    if (isStopped) return;
  }
}

/** Whether a whole block stands around a position. */
function covers(
  tokens: TokenList,
  words: readonly number[],
  block: number,
  anchor: number,
  position: number,
  segment: Segment,
  budget: Budget,
): boolean {
  const from = anchor - reach(tokens, words, anchor, position, -1, block, segment, budget);
  return from === block && anchor + reach(tokens, words, anchor, position, 1, block + BLOCK - 1, segment, budget) === block + BLOCK - 1;
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
