import type { Print, SegmentKind } from "./print-format.ts";
import { SeparatorTable } from "./separator-table.ts";

/** How much room is added when a store is full: little, so that memory stays near what is needed. */
const GROWTH = 1.2;
const NONE = -1;

/** A run of words of one text; at its last position no word stands, only what is after the last one. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly kind: SegmentKind;
  /** the text's number */
  readonly text: number;
  /** it is of what the call's args said, not of the text */
  readonly echo: boolean;
}

/** The words of many texts in a row, and for each hash the chain of positions where it stands, the last first. */
export class TokenStore {
  readonly separators: SeparatorTable = new SeparatorTable();
  #words = new Uint32Array(64);
  /** twice the separator before the word, and 1 where the word is a number as JSON writes it */
  #marks = new Uint16Array(64);
  #previous = new Int32Array(64);
  #length = 0;
  #slots: Int32Array = new Int32Array(64).fill(NONE);
  #counts = new Uint32Array(64);
  #used = 0;
  readonly #segments: Segment[] = [];

  /** How many positions there are. */
  get length(): number {
    return this.#length;
  }

  /** How many bytes it holds, the separators aside. */
  get bytes(): number {
    return [this.#words, this.#marks, this.#previous, this.#slots, this.#counts].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** Adds the segments of a print. */
  append(print: Print, text: number, echo: boolean): void {
    const separators = print.separators.map((separator) => this.separators.add(separator));
    const idOf = (separator: number): number => separators[separator] ?? 0;
    print.emit({
      segment: (kind, words) => {
        this.#reserve(words + 1);
        this.#segments.push({ start: this.#length, end: this.#length + words, kind, text, echo });
      },
      word: (hash, separator, isNumber) => this.#add(hash, 2 * idOf(separator) + (isNumber ? 1 : 0)),
      end: (separator) => {
        this.#words[this.#length] = 0;
        this.#marks[this.#length] = 2 * idOf(separator);
        this.#previous[this.#length++] = NONE;
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

  /** The position before this one with the same word; negative: none. */
  previous(position: number): number {
    return this.#previous[position] ?? NONE;
  }

  /** The last position of a word; negative: it stands nowhere. */
  last(hash: number): number {
    return this.#slots[this.#slotOf(hash)] ?? NONE;
  }

  /** The last position of a common word before another position, faster than by its chain; negative: none. */
  lastBefore(hash: number, position: number): number {
    return position === 0 ? NONE : this.#words.lastIndexOf(hash, position - 1);
  }

  /** How often a word stands. */
  count(hash: number): number {
    return this.#counts[this.#slotOf(hash)] ?? 0;
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

  #add(hash: number, mark: number): void {
    const position = this.#length++;
    const slot = this.#slotOf(hash);
    const last = this.#slots[slot] ?? NONE;
    this.#words[position] = hash;
    this.#marks[position] = mark;
    this.#previous[position] = last;
    this.#slots[slot] = position;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
    if (last !== NONE) return;
    this.#used++;
    if (this.#used * 4 > this.#slots.length * 3) this.#rehash();
  }

  /** The slot of a word, or the empty one that it would take. */
  #slotOf(hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const last = this.#slots[slot] ?? NONE;
      if (last === NONE || this.#words[last] === hash) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #rehash(): void {
    const [slots, counts] = [this.#slots, this.#counts];
    this.#slots = new Int32Array(slots.length * 2).fill(NONE);
    this.#counts = new Uint32Array(slots.length * 2);
    for (const [old, last] of slots.entries()) {
      if (last === NONE) continue;
      const slot = this.#slotOf(this.word(last));
      this.#slots[slot] = last;
      this.#counts[slot] = counts[old] ?? 0;
    }
  }

  #reserve(positions: number): void {
    const needed = this.#length + positions;
    if (needed <= this.#words.length) return;
    const capacity = Math.max(needed, Math.ceil(this.#words.length * GROWTH));
    const [words, marks, previous] = [new Uint32Array(capacity), new Uint16Array(capacity), new Int32Array(capacity)];
    words.set(this.#words);
    marks.set(this.#marks);
    previous.set(this.#previous);
    [this.#words, this.#marks, this.#previous] = [words, marks, previous];
  }
}
