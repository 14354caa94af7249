import { SallyportError } from "../error.ts";
import type { HowFound } from "./hits.ts";
import type { Scalar } from "./leaf.ts";
import { type Appearance, type Library, lookUp } from "./lookup.ts";
import type { OriginIndex } from "./origin-index.ts";
import { Budget } from "./search.ts";
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

/** What is known of a leaf. */
export interface Trace {
  readonly isFromUser: boolean;
  readonly isFromTrusted: boolean;
  readonly isFromUntrusted: boolean;
  readonly isUnseen: boolean;
  /** Where it was seen, in order of time. */
  readonly seen: () => readonly Seen[];
}

/** An index as far as it is looked at: a child sees its parent's as it was when the child started. */
export interface IndexPart {
  readonly index: OriginIndex;
  /** how many of its texts count */
  readonly size: number;
}

/** Where leaves were seen; each is looked up once. */
export class Tracer {
  readonly #parts: readonly (IndexPart & { readonly base: number })[];
  readonly #library: Library | undefined;
  readonly #budget = new Budget();
  readonly #known = new Map<Scalar, Trace>();

  constructor(parts: readonly IndexPart[]) {
    let texts = 0;
    this.#parts = parts.map((part) => ({ ...part, base: (texts += part.size) - part.size }));
    const shelves = this.#parts.map(({ index, size, base }) => ({ store: index.tokens, size, base }));
    const [first] = parts;
    this.#library = first && { shelves, texts, ...first.index.kit };
  }

  /** What is known of a leaf. Throws where that takes too long to find out. */
  of(leaf: Scalar): Trace {
    const known = this.#known.get(leaf);
    if (known !== undefined) return known;
    const trace = this.#trace(this.#library === undefined ? [] : lookUp(this.#library, leaf, this.#budget));
    this.#known.set(leaf, trace);
    return trace;
  }

  #trace(appearances: readonly Appearance[]): Trace {
    let [isFromUser, isFromTrusted, isFromUntrusted, isUnseen] = [false, false, false, true];
    for (const { part, hits } of appearances) {
      let afterUser = false;
      hits.each((text, how, echo) => {
        const source = this.#source(text);
        if (isEchoed(source, echo)) return;
        const [trusted, whole] = [isTrusted(source), !part && how === "exact"];
        isFromUser ||= whole && source.kind === "user";
        isFromTrusted ||= whole && trusted;
        isUnseen &&= !whole;
        isFromUntrusted ||= !trusted && !afterUser;
        afterUser ||= source.kind === "user" && how === "exact";
      });
    }
    return { isFromUser, isFromTrusted, isFromUntrusted, isUnseen, seen: () => this.#seen(appearances) };
  }

  #seen(appearances: readonly Appearance[]): readonly Seen[] {
    const seen = new Map<number, Seen>();
    for (const { part, hits } of appearances)
      hits.each((text, how, echo) => {
        const source = this.#source(text);
        const trusted = isTrusted(source);
        // what is trusted is seen only as it stands there, and whole
        if (seen.has(text) || isEchoed(source, echo) || (trusted && (part || how !== "exact"))) return;
        seen.set(text, { origin: originOf(source), trusted, how: part && how !== "decoded" ? "part" : how });
      });
    return [...seen].sort(([a], [b]) => a - b).map(([, one]) => one);
  }

  #source(text: number): TextSource {
    let part = this.#parts.length - 1;
    while (part > 0 && (this.#parts[part]?.base ?? 0) > text) part--;
    const found = this.#parts[part];
    if (found === undefined) throw new SallyportError("invalid-input", "no text is looked at");
    return found.index.source(text - found.base);
  }
}

/** Whether the call's args said it: of a trusted tool in any form, since that loosens; of another one as it stands there. */
function isEchoed(source: TextSource, echo: HowFound | undefined): boolean {
  return echo === "exact" || (echo !== undefined && isTrusted(source));
}
