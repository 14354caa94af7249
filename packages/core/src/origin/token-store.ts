import type { Print } from "./print-format.ts";
import { TokenList } from "./token-list.ts";

const NONE = -1;

/** The words of many texts, and for each word the positions where it stands, in order. */
export class TokenStore {
  readonly tokens: TokenList = new TokenList();
  /** the position after this one with the same word; of the last one, the first */
  #next = new Int32Array(16);
  /** the last position of each word, in an open-addressing table */
  #slots: Int32Array = new Int32Array(16).fill(NONE);
  #counts = new Uint32Array(16);
  #used = 0;

  /** How many positions there are. */
  get length(): number {
    return this.tokens.length;
  }

  /** How many bytes it holds, the separators aside. */
  get bytes(): number {
    return [this.#next, this.#slots, this.#counts].reduce((sum, { byteLength }) => sum + byteLength, this.tokens.bytes);
  }

  /** Adds the segments of a print. */
  append(print: Print, text: number): void {
    this.tokens.append(print, text, (hash, position) => this.#link(hash, position));
  }

  /** How often a word stands. */
  count(hash: number): number {
    return this.#counts[this.#slotOf(hash)] ?? 0;
  }

  /** The first position of a word; negative: it stands nowhere. */
  first(hash: number): number {
    const last = this.#slots[this.#slotOf(hash)] ?? NONE;
    return last < 0 ? NONE : (this.#next[last] ?? NONE);
  }

  /** The position after this one with the same word; negative: none. */
  next(position: number): number {
    const next = this.#next[position] ?? NONE;
    return next > position ? next : NONE;
  }

  #link(hash: number, position: number): void {
    if (position >= this.#next.length) this.#grow();
    const slot = this.#slotOf(hash);
    const last = this.#slots[slot] ?? NONE;
    this.#next[position] = last < 0 ? position : (this.#next[last] ?? NONE);
    if (last >= 0) this.#next[last] = position;
    this.#slots[slot] = position;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
    if (last >= 0) return;
    this.#used++;
    if (this.#used * 4 > this.#slots.length * 3) this.#rehash();
  }

  /** The slot of a word, or the empty one that it would take. */
  #slotOf(hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const last = this.#slots[slot] ?? NONE;
      if (last < 0 || this.tokens.word(last) === hash) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #rehash(): void {
    const [slots, counts] = [this.#slots, this.#counts];
    this.#slots = new Int32Array(slots.length * 2).fill(NONE);
    this.#counts = new Uint32Array(slots.length * 2);
    for (const [old, last] of slots.entries()) {
      if (last < 0) continue;
      const slot = this.#slotOf(this.tokens.word(last));
      this.#slots[slot] = last;
      this.#counts[slot] = counts[old] ?? 0;
    }
  }

  #grow(): void {
    const larger = new Int32Array(this.tokens.capacity);
    larger.set(this.#next);
    this.#next = larger;
  }
}
