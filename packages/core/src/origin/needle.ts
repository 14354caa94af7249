import type { CharacterClasses } from "./character.ts";
import { type HashKey, keyedHash, WORD } from "./keyed-hash.ts";
import { separatorOf } from "./separator.ts";
import { tokenize } from "./token.ts";

/** A text to look for, as words. */
export interface Needle {
  readonly words: readonly number[];
  /** what stands before each word; of the first one without white space at the start */
  readonly before: readonly string[];
  /** what stands after the last word, without white space at the end; of a text without words all of it */
  readonly after: string;
  /** how long each word is */
  readonly lengths: readonly number[];
}

/** What looking up needs to make words. */
export interface Hashing {
  readonly hashKey: HashKey;
  readonly classes: CharacterClasses;
}

/** The words of a folded text to look for. */
export function needleOf(folded: string, { hashKey, classes }: Hashing): Needle {
  const [words, before, lengths]: [number[], string[], number[]] = [[], [], []];
  const after = tokenize(folded, classes, {
    word: (start, end, separator) => {
      words.push(keyedHash(hashKey, WORD, folded, start, end));
      before.push(separatorOf(hashKey, before.length === 0 ? separator.trimStart() : separator));
      lengths.push(end - start);
    },
  });
  return { words, before, after: words.length === 0 ? after.trim() : after.trimEnd(), lengths };
}

/** Some words of a needle, the end exclusive. */
export function sliceNeedle({ words, before, lengths }: Needle, start: number, end: number): Needle {
  return { words: words.slice(start, end), before: ["", ...before.slice(start + 1, end)], after: "", lengths: lengths.slice(start, end) };
}
