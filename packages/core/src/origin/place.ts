import type { OriginIndex } from "./origin-index.ts";
import type { HowFound, Pattern } from "./pattern.ts";
import type { Scope } from "./scope.ts";
import type { Budget } from "./search.ts";
import type { Sought } from "./sought.ts";
import { isTrusted, originOf, type TextSource } from "./source.ts";

/** How a leaf stands in a text: as it is, in another form, as a part of it, or encoded. */
type How = HowFound | "part";

/** A text in which a leaf was seen. */
export interface Seen {
  /** `user`, `system`, `policy`, `external`, `tool:NAME#CALL` */
  readonly origin: string;
  readonly trusted: boolean;
  readonly how: How;
}

/** An index as far as it is looked at: a child sees its parent's as it was when the child started. */
export interface IndexPart {
  readonly index: OriginIndex;
  /** how many of its texts count */
  readonly size: number;
}

/** An index of several, whose texts have numbers from `base` on. */
export interface NumberedPart extends IndexPart {
  readonly base: number;
}

/** A text in which something stands. */
export class Place {
  /** its number over all parts */
  readonly text: number;
  readonly source: TextSource;
  readonly #echo: Scope | undefined;
  readonly #sought: Sought;
  readonly #budget: Budget;

  constructor({ index, base }: NumberedPart, text: number, sought: Sought, budget: Budget) {
    [this.text, this.source, this.#echo] = [base + text, index.source(text), index.echo(text)];
    [this.#sought, this.#budget] = [sought, budget];
  }

  /** Whether the call's args said it: of a trusted tool in any form, since that loosens; of another one as it stands there. */
  isEcho(): boolean {
    return this.#isSaid(this.#sought.exact) || (isTrusted(this.source) && this.#isSaid(this.#sought.wide));
  }

  #isSaid(pattern: Pattern): boolean {
    let isSaid = false;
    if (this.#echo === undefined) return false;
    pattern(this.#echo, this.#budget, () => {
      isSaid = true;
      return "stop";
    });
    return isSaid;
  }
}

/** Something that stands in a text, and how. */
export interface Sighted {
  readonly place: Place;
  readonly how: HowFound;
}

const RANKS: Readonly<Record<HowFound, number>> = { exact: 0, alike: 1, decoded: 2 };

/** Keeps how something stands at best in a text. */
export function keepBest(best: Map<number, Sighted>, place: Place, how: HowFound): void {
  const known = best.get(place.text);
  if (known === undefined || RANKS[how] < RANKS[known.how]) best.set(place.text, { place, how });
}

/** As it is told. */
export function seenAt({ source }: Place, how: How): Seen {
  return { origin: originOf(source), trusted: isTrusted(source), how };
}
