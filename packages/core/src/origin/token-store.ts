import type { Print, SegmentKind } from "./print-format.ts";

/** How much room is added when a store is full: little, so that memory stays near what is needed. */
const GROWTH = 1.2;
const NONE = -1;

/** A run of tokens of one text. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly kind: SegmentKind;
  /** the text's number */
  readonly text: number;
  /** it is of what the call's args said, not of the text */
  readonly echo: boolean;
}

/** The tokens of many texts in a row, and for each value the chain of positions where it stands, the last first. */
export class TokenStore {
  #values = new Uint32Array(64);
  #flags = new Uint8Array(64);
  #previous = new Int32Array(64);
  #length = 0;
  #slots: Int32Array = new Int32Array(64).fill(NONE);
  #counts = new Uint32Array(64);
  #used = 0;
  readonly #segments: Segment[] = [];

  /** Adds the segments of a print. */
  append(print: Print, text: number, echo: boolean): void {
    print.emit({
      segment: (kind, tokens) => {
        this.#reserve(tokens);
        this.#segments.push({ start: this.#length, end: this.#length + tokens, kind, text, echo });
      },
      token: (value, flags) => this.#add(value, flags),
    });
  }

  value(position: number): number {
    return this.#values[position] ?? 0;
  }

  flags(position: number): number {
    return this.#flags[position] ?? 0;
  }

  /** The position before this one with the same value; negative: none. */
  previous(position: number): number {
    return this.#previous[position] ?? NONE;
  }

  /** The last position of a value; negative: it stands nowhere. */
  last(value: number): number {
    return this.#slots[this.#slotOf(value)] ?? NONE;
  }

  /** How often a value stands. */
  count(value: number): number {
    return this.#counts[this.#slotOf(value)] ?? 0;
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

  #add(value: number, flags: number): void {
    const position = this.#length++;
    const slot = this.#slotOf(value);
    const last = this.#slots[slot] ?? NONE;
    this.#values[position] = value;
    this.#flags[position] = flags;
    this.#previous[position] = last;
    this.#slots[slot] = position;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
    if (last !== NONE) return;
    this.#used++;
    if (this.#used * 4 > this.#slots.length * 3) this.#rehash();
  }

  /** The slot of a value, or the empty one that it would take. */
  #slotOf(value: number): number {
    const mask = this.#slots.length - 1;
    let slot = (value ^ (value >>> 15)) & mask;
    for (;;) {
      const last = this.#slots[slot] ?? NONE;
      if (last === NONE || this.#values[last] === value) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #rehash(): void {
    const [slots, counts] = [this.#slots, this.#counts];
    this.#slots = new Int32Array(slots.length * 2).fill(NONE);
    this.#counts = new Uint32Array(slots.length * 2);
    for (const [old, last] of slots.entries()) {
      if (last === NONE) continue;
      const slot = this.#slotOf(this.value(last));
      this.#slots[slot] = last;
      this.#counts[slot] = counts[old] ?? 0;
    }
  }

  #reserve(tokens: number): void {
    const needed = this.#length + tokens;
    if (needed <= this.#values.length) return;
    const capacity = Math.max(needed, Math.ceil(this.#values.length * GROWTH));
    const values = new Uint32Array(capacity);
    const flags = new Uint8Array(capacity);
    const previous = new Int32Array(capacity);
    values.set(this.#values);
    flags.set(this.#flags);
    previous.set(this.#previous);
    [this.#values, this.#flags, this.#previous] = [values, flags, previous];
  }
}
