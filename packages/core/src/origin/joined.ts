import type { Hashing } from "./needle.ts";
import { keyedHash, WORD } from "./keyed-hash.ts";
import { nextWord } from "./loose.ts";
import type { Scope } from "./scope.ts";
import { type Budget, type Found, type Progress, type Next, visit } from "./search.ts";
import type { Segment, TokenList } from "./token-list.ts";

/** The longest run of letters and digits that is looked for in pieces. */
export const LONGEST_JOINED = 128;

/** How the pieces of a value may lie in a text: `free` anyhow, `spelled` letter by letter, or with marks and no space between. */
export type Pieces = "free" | "spelled";

/** Every segment in which a run of letters and digits stands whole or in pieces. */
export function findJoined(scope: Scope, hashes: PieceHashes, pieces: Pieces, budget: Budget, found: Found, progress?: Progress): void {
  budget.spend(hashes.length);
  for (let length = 1; length <= hashes.length; length++) {
    const first = hashes.first(length);
    if (scope.count(first) === 0) continue;
    const fits = (position: number, segment: Segment): Next => {
      return continues(scope.tokens, hashes, position, length, segment, pieces, budget) ? found(segment) : "miss";
    };
    if (visit(scope, first, budget, fits, progress)) return;
  }
}

/** Whether the rest of the run follows a position, where its start stands. */
function continues(
  tokens: TokenList,
  hashes: PieceHashes,
  position: number,
  length: number,
  segment: Segment,
  pieces: Pieces,
  budget: Budget,
): boolean {
  let [at, done, spelled, spaced] = [position, length, length === 1, false];
  while (done < hashes.length) {
    budget.spend(1);
    const next = nextWord(tokens, at, 1, segment);
    const more = next < 0 ? 0 : hashes.lengthOf(done, tokens.word(next), pieces === "free" || !spaced ? hashes.length - done : 1);
    if (more === 0) return false;
    spaced ||= tokens.separators.hasSpace(tokens.separator(next));
    spelled &&= more === 1;
    [at, done] = [next, done + more];
    if (pieces === "spelled" && spaced && !spelled) return false;
  }
  return true;
}

/** The hashes of the pieces of a run, worked out as they are asked for. */
export class PieceHashes {
  readonly #text: string;
  readonly #hashing: Hashing;
  /** those of the pieces at the start, by length */
  readonly #firsts: number[] = [];
  /** for each start: the lengths by their hashes, as far as they were worked out */
  readonly #starts = new Map<number, Map<number, number>>();

  constructor(text: string, hashing: Hashing) {
    this.#text = text;
    this.#hashing = hashing;
  }

  get length(): number {
    return this.#text.length;
  }

  /** The hash of the piece at the start that is so long. */
  first(length: number): number {
    return (this.#firsts[length] ??= this.#of(0, length));
  }

  /** How long the piece from a start is that has a hash; 0: there is none up to the longest. */
  lengthOf(start: number, hash: number, longest: number): number {
    const known = this.#starts.get(start) ?? this.#workOut(start);
    const length = known.get(hash) ?? 0;
    return length <= longest ? length : 0;
  }

  #of(start: number, end: number): number {
    return keyedHash(this.#hashing.hashKey, WORD, this.#text, start, end);
  }

  #workOut(start: number): Map<number, number> {
    const lengths = new Map<number, number>();
    for (let end = start + 1; end <= this.length; end++) lengths.set(this.#of(start, end), end - start);
    this.#starts.set(start, lengths);
    return lengths;
  }
}
