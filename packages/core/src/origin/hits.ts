import type { Segment } from "./token-store.ts";

/** How a value stands in a text: as it is, in another form, or encoded. */
export type HowFound = "exact" | "alike" | "decoded";

const BITS: Readonly<Record<HowFound, number>> = { exact: 1, alike: 2, decoded: 4 };
const WAYS: readonly HowFound[] = ["exact", "alike", "decoded"];
/** the same of what the call's args said, moved by so many bits */
const ECHO = 3;

/** The texts in which a value stands, by their numbers over all indexes. */
export class Hits {
  readonly #texts: number;
  #masks: Uint8Array | undefined;

  /** For so many texts. */
  constructor(texts: number) {
    this.#texts = texts;
  }

  /** Whether there are none. */
  get isEmpty(): boolean {
    return this.#masks === undefined;
  }

  /** Notes that the value stands in a text. */
  add(text: number, { echo }: Segment, how: HowFound): void {
    this.#masks ??= new Uint8Array(this.#texts);
    this.#masks[text] = (this.#masks[text] ?? 0) | (BITS[how] << (echo ? ECHO : 0));
  }

  /** Hands out the texts in which it stands, in order: how it does at best, and how the call's args said it. */
  each(visit: (text: number, how: HowFound, echo: HowFound | undefined) => void): void {
    if (this.#masks === undefined) return;
    for (let text = 0; text < this.#texts; text++) {
      const mask = this.#masks[text] ?? 0;
      const how = mask === 0 ? undefined : bestOf(mask);
      if (how !== undefined) visit(text, how, bestOf(mask >> ECHO));
    }
  }
}

function bestOf(mask: number): HowFound | undefined {
  return WAYS.find((way) => (mask & BITS[way]) !== 0);
}
