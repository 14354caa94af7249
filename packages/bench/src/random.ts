/** A source of numbers from 0 to 1 that gives the same ones for the same seed (xorshift). */
export function seeded(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Draws from a seeded source: the same seed draws the same things in the same order. */
export class Draw {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seeded(seed);
  }

  /** A number from 0 to below 1. */
  fraction(): number {
    return this.#next();
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.#next() * end);
  }

  /** One of them; they must not be empty. */
  oneOf<T>(list: readonly T[]): T {
    const one = list[this.below(list.length)];
    if (one === undefined) throw new Error("nothing can be drawn from an empty list");
    return one;
  }

  /** The same things in another order. */
  shuffled<T>(list: readonly T[]): readonly T[] {
    return list
      .map((one) => ({ one, at: this.#next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ one }) => one);
  }

  /** So many different ones of them. */
  some<T>(list: readonly T[], count: number): readonly T[] {
    return this.shuffled(list).slice(0, count);
  }
}
