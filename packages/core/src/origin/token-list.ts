import type { Print, SegmentKind } from "./print-format.ts";
import { SeparatorTable } from "./separator-table.ts";

/** How much room is added when a list is full: little, so that memory stays near what is needed. */
const GROWTH = 1.2;

/** A run of words of one text; at its last position no word stands, only what is after the last one. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly kind: SegmentKind;
  /** the text's number */
  readonly text: number;
}

/** The words of many texts in a row. */
export class TokenList {
  readonly separators: SeparatorTable = new SeparatorTable();
  #words = new Uint32Array(16);
  /** twice the separator before the word, and 1 where the word is a number as JSON writes it */
  #marks = new Uint16Array(16);
  #length = 0;
  readonly #segments: Segment[] = [];

  /** How many positions there are. */
  get length(): number {
    return this.#length;
  }

  /** How many positions there is room for. */
  get capacity(): number {
    return this.#words.length;
  }

  /** How many bytes it holds, the separators aside. */
  get bytes(): number {
    return this.#words.byteLength + this.#marks.byteLength;
  }

  /** Adds the segments of a print; `added` gets each word's position. */
  append(print: Print, text: number, added?: (hash: number, position: number) => void): void {
    const separators = print.separators.map((separator) => this.separators.add(separator));
    const idOf = (separator: number): number => separators[separator] ?? 0;
    print.emit({
      segment: (kind, words) => {
        this.#reserve(words + 1);
        this.#segments.push({ start: this.#length, end: this.#length + words, kind, text });
      },
      word: (hash, separator, isNumber) => {
        this.#words[this.#length] = hash;
        this.#marks[this.#length] = 2 * idOf(separator) + (isNumber ? 1 : 0);
        added?.(hash, this.#length++);
        if (added === undefined) this.#length++;
      },
      end: (separator) => {
        this.#words[this.#length] = 0;
        this.#marks[this.#length++] = 2 * idOf(separator);
      },
    });
  }

  /** The hash of the word at a position. */
  word(position: number): number {
    return this.#words[position] ?? 0;
  }

  /** What stands before the word at a position, by its id in `separators`. */
  separator(position: number): number {
    return (this.#marks[position] ?? 0) >>> 1;
  }

  /** Whether the word at a position is a number as JSON writes it. */
  isNumber(position: number): boolean {
    return ((this.#marks[position] ?? 0) & 1) !== 0;
  }

  /** The first position of a word from one position and before another; negative: none. */
  find(hash: number, from: number, before: number): number {
    const found = this.#words.indexOf(hash, from);
    return found >= before ? -1 : found;
  }

  /** The segment that holds a position. */
  segmentAt(position: number): Segment | undefined {
    let [low, high] = [0, this.#segments.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#segments[middle]?.start ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return this.#segments[low];
  }

  #reserve(positions: number): void {
    const needed = this.#length + positions;
    if (needed <= this.#words.length) return;
    const capacity = Math.max(needed, Math.ceil(this.#words.length * GROWTH));
    const [words, marks] = [new Uint32Array(capacity), new Uint16Array(capacity)];
    words.set(this.#words);
    marks.set(this.#marks);
    [this.#words, this.#marks] = [words, marks];
  }
}
