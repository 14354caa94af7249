/** How many are kept that were used since the older ones were set apart. */
const AT_LEAST = 1_000;

/**
 * The things that were used last, by name: at least 1,000 of them, and at most twice as many. Those that were used before the
 * last thousand make room all at once, so that a look costs no more than finding the name.
 */
export class Recent<T> {
  #used = new Map<string, T>();
  #older = new Map<string, T>();

  /** The one of a name, made where it is not kept. */
  of(name: string, make: () => T): T {
    const used = this.#used.get(name);
    if (used !== undefined) return used;
    const kept = this.#older.get(name) ?? make();
    if (this.#used.size === AT_LEAST) [this.#older, this.#used] = [this.#used, new Map()];
    this.#used.set(name, kept);
    return kept;
  }

  /** The one of a name, where it is kept; looking so is no use of it. */
  get(name: string): T | undefined {
    return this.#used.get(name) ?? this.#older.get(name);
  }
}
