import type { CharacterClasses } from "./character.ts";
import { fold } from "./fold.ts";
import { type HashKey, keyedHash, WORD } from "./keyed-hash.ts";
import { IS_MARK, tokenize } from "./token.ts";

/** A text to look for, as tokens. */
export interface Needle {
  readonly values: readonly number[];
  readonly flags: readonly number[];
}

/** What looking up needs to make tokens. */
export interface Hashing {
  readonly hashKey: HashKey;
  readonly classes: CharacterClasses;
}

/** The tokens of a text to look for. */
export function needleOf(text: string, hashing: Hashing): Needle {
  return cut(fold(text), hashing);
}

/** The tokens of a folded text. */
function cut(folded: string, { hashKey, classes }: Hashing): Needle {
  const [values, flags]: [number[], number[]] = [[], []];
  const add = (value: number, flag: number): void => {
    values.push(value);
    flags.push(flag);
  };
  tokenize(folded, classes, {
    word: (start, end, flag) => add(keyedHash(hashKey, WORD, folded, start, end), flag),
    mark: (point, flag) => add(point, flag | IS_MARK),
  });
  return { values, flags };
}
