/** One id is left for what does not fit into 15 bits. */
const MOST = 0x7fff;

/** What stands between words, each under a small number. */
export class SeparatorTable {
  readonly #ids = new Map<string, number>();
  readonly #texts: string[] = [];
  readonly #marks: number[] = [];

  /** The id of a separator, which is added; the last id stands for all that find no room. */
  add(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.#texts.length;
    if (id >= MOST) return MOST;
    this.#ids.set(text, id);
    this.#texts.push(text);
    this.#marks.push(text.replaceAll(" ", "").length);
    return id;
  }

  /** The id of a separator; undefined where no text has it, or where it found no room. */
  idOf(text: string): number | undefined {
    return this.#ids.get(text);
  }

  /** The separator of an id; undefined where it is one of those without room. */
  text(id: number): string | undefined {
    return this.#texts[id];
  }

  /** How many marks a separator has. */
  marks(id: number): number {
    return this.#marks[id] ?? 0;
  }

  /** Whether a separator has white space. */
  hasSpace(id: number): boolean {
    return this.#texts[id]?.includes(" ") !== false;
  }

  /** The ids of the separators in which marks stand. */
  holding(marks: string): ReadonlySet<number> {
    return new Set(this.#texts.flatMap((text, id) => (text.includes(marks) ? [id] : [])));
  }
}
