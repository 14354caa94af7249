/** What a character is to the search for values. */
export type CharacterClass = 0 | 1 | 2 | 3 | 4;
/** stands for itself between words */
export const MARK: CharacterClass = 0;
export const LETTER: CharacterClass = 1;
export const DIGIT: CharacterClass = 2;
export const SPACE: CharacterClass = 3;
/** ends a word and says nothing else: quotes, and the backslash of an escape */
export const QUOTE: CharacterClass = 4;

const QUOTES = /["'`\\´‘’‚‛“”„‟«»‹›]/u;
const BLOCK = 256;

/** The classes of characters by code point; blocks that a text needs are worked out once. */
export class CharacterClasses {
  readonly #blocks = new Map<number, Uint8Array>();

  /** The class of a code point. */
  of(point: number): number {
    const block = this.#blocks.get(point >> 8) ?? this.#workOut(point >> 8);
    return block[point & 255] ?? MARK;
  }

  /** The class of the first 128 code points, for loops that look at every character. */
  ascii(): Uint8Array {
    return this.#blocks.get(0) ?? this.#workOut(0);
  }

  #workOut(number: number): Uint8Array {
    const block = Uint8Array.from({ length: BLOCK }, (_, low) => classOf(String.fromCodePoint(number * BLOCK + low)));
    this.#blocks.set(number, block);
    return block;
  }
}

function classOf(character: string): CharacterClass {
  // a mark belongs to the letter that it stands on
  if (/[\p{L}\p{M}]/u.test(character)) return LETTER;
  if (/\p{N}/u.test(character)) return DIGIT;
  if (/[\s\p{Z}\u0085]/u.test(character)) return SPACE;
  return QUOTES.test(character) ? QUOTE : MARK;
}
