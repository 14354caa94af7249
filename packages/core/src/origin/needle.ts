import type { CharacterClasses } from "./character.ts";
import { type HashKey, keyedHash, WORD } from "./keyed-hash.ts";
import { IS_MARK, tokenize } from "./token.ts";

/** A text to look for, as tokens. */
export interface Needle {
  readonly values: readonly number[];
  readonly flags: readonly number[];
  /** of words their length, of marks 0 */
  readonly lengths: readonly number[];
}

/** What looking up needs to make tokens. */
export interface Hashing {
  readonly hashKey: HashKey;
  readonly classes: CharacterClasses;
}

/** The tokens of a folded text to look for. */
export function needleOf(folded: string, { hashKey, classes }: Hashing): Needle {
  const [values, flags, lengths]: [number[], number[], number[]] = [[], [], []];
  const add = (value: number, flag: number, length: number): void => {
    values.push(value);
    flags.push(flag);
    lengths.push(length);
  };
  tokenize(folded, classes, {
    word: (start, end, flag) => add(keyedHash(hashKey, WORD, folded, start, end), flag, end - start),
    mark: (point, flag) => add(point, flag | IS_MARK, 0),
  });
  return { values, flags, lengths };
}

/** The tokens of a needle from one place to another, the end exclusive. */
export function sliceNeedle({ values, flags, lengths }: Needle, start: number, end: number): Needle {
  return { values: values.slice(start, end), flags: flags.slice(start, end), lengths: lengths.slice(start, end) };
}

/** The hashes of a needle's words. */
export function wordsOf({ values, flags }: Needle): readonly number[] {
  return values.filter((_, at) => ((flags[at] ?? 0) & IS_MARK) === 0);
}
