/** What a character is to the search for values. */
export type CharacterClass = 0 | 1 | 2 | 3 | 4;
/** stands for itself between words */
export const MARK: CharacterClass = 0;
export const LETTER: CharacterClass = 1;
export const DIGIT: CharacterClass = 2;
export const SPACE: CharacterClass = 3;
/** ends a word and says nothing else: quotes, and the backslash of an escape */
export const QUOTE: CharacterClass = 4;

const ASCII_QUOTES = "\"'`\\";
const QUOTES = /["'`\\´‘’‚‛“”„‟«»‹›]/u;
/** the first block is ASCII, which nearly every text needs */
const BLOCK = 128;

/** The classes of characters by code point; blocks that a text needs are worked out once. */
export class CharacterClasses {
  readonly #blocks = new Map<number, Uint8Array>();

  /** The class of a code point. */
  of(point: number): number {
    const block = this.#blocks.get(point >> 7) ?? this.#workOut(point >> 7);
    return block[point & 127] ?? MARK;
  }

  /** The class of the first 128 code points, for loops that look at every character. */
  ascii(): Uint8Array {
    return this.#blocks.get(0) ?? this.#workOut(0);
  }

  #workOut(number: number): Uint8Array {
    const block = new Uint8Array(BLOCK);
    for (let low = 0; low < BLOCK; low++) {
      // every session has classes of its own, and patterns would be most of what its first text costs
      block[low] = number === 0 ? asciiClassOf(low) : classOf(String.fromCodePoint(number * BLOCK + low));
    }
    this.#blocks.set(number, block);
    return block;
  }
}

function asciiClassOf(point: number): CharacterClass {
  const lower = point | 32;
  if (lower >= 97 && lower <= 122) return LETTER;
  if (point >= 48 && point <= 57) return DIGIT;
  if (point === 32 || (point >= 9 && point <= 13)) return SPACE;
  return ASCII_QUOTES.includes(String.fromCharCode(point)) ? QUOTE : MARK;
}

function classOf(character: string): CharacterClass {
  // a mark belongs to the letter that it stands on
  if (/[\p{L}\p{M}]/u.test(character)) return LETTER;
  if (/\p{N}/u.test(character)) return DIGIT;
  if (/[\s\p{Z}\u0085]/u.test(character)) return SPACE;
  return QUOTES.test(character) ? QUOTE : MARK;
}
