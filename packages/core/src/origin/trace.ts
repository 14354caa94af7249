import type { Scalar } from "./leaf.ts";
import { type Appearance, type Hit, type HowFound, type Library, lookUp } from "./lookup.ts";
import type { OriginIndex } from "./origin-index.ts";
import { isTrusted, originOf, type TextSource } from "./source.ts";

/** How a leaf stands in a text: as it is, in another form, as a part of it, or encoded. */
export type How = HowFound | "part";

/** A sighting of a leaf. */
export interface Trace {
  /** `user`, `system`, `policy`, `external`, `tool:NAME#CALL` */
  readonly origin: string;
  readonly kind: TextSource["kind"] | "policy";
  readonly trusted: boolean;
  readonly how: How;
  /** the user had said it before */
  readonly afterUser: boolean;
}

/** An index as far as it is looked at: a child sees its parent's as it was when the child started. */
export interface IndexPart {
  readonly index: OriginIndex;
  /** how many of its texts count */
  readonly size: number;
}

/** Where leaves were seen, in order of time; each is looked up once. */
export class Tracer {
  readonly #parts: readonly (IndexPart & { readonly base: number })[];
  readonly #library: Library | undefined;
  readonly #known = new Map<Scalar, readonly Trace[]>();

  constructor(parts: readonly IndexPart[]) {
    let base = 0;
    this.#parts = parts.map((part) => ({ ...part, base: (base += part.size) - part.size }));
    const shelves = this.#parts.map((part) => ({ store: part.index.tokens, size: part.size, base: part.base }));
    const [first] = parts;
    this.#library = first && { shelves, ...first.index.kit };
  }

  /** Where a leaf was seen. Throws where that takes too long to find out. */
  of(leaf: Scalar): readonly Trace[] {
    const known = this.#known.get(leaf);
    if (known !== undefined || this.#library === undefined) return known ?? [];
    const traces = this.#trace(lookUp(this.#library, leaf));
    this.#known.set(leaf, traces);
    return traces;
  }

  #source(text: number): TextSource | undefined {
    const part = this.#parts.findLast(({ base }) => base <= text);
    return part?.index.source(text - part.base);
  }

  #trace(appearances: readonly Appearance[]): readonly Trace[] {
    const byText = new Map<number, Trace>();
    for (const appearance of appearances)
      for (const [text, trace] of this.#traceOne(appearance)) {
        const known = byText.get(text);
        if (known === undefined || (known.how !== "exact" && known.afterUser && !trace.afterUser)) byText.set(text, trace);
      }
    return [...byText].sort(([a], [b]) => a - b).map(([, trace]) => trace);
  }

  #traceOne({ part, hits }: Appearance): ReadonlyMap<number, Trace> {
    const traces = new Map<number, Trace>();
    let afterUser = false;
    for (const [text, here] of [...byText(hits)].sort(([a], [b]) => a - b)) {
      const source = this.#source(text);
      const found = bestOf(here);
      if (source === undefined || found === undefined || isEchoed(source, here)) continue;
      const trusted = isTrusted(source);
      // what loosens is seen only as it stands there, and whole
      if (!(trusted && (part || found !== "exact"))) {
        const how = part && found !== "decoded" ? "part" : found;
        traces.set(text, { origin: originOf(source), kind: source.kind, trusted, how, afterUser });
      }
      afterUser ||= source.kind === "user" && found === "exact";
    }
    return traces;
  }
}

function byText(hits: readonly Hit[]): ReadonlyMap<number, readonly Hit[]> {
  const texts = new Map<number, Hit[]>();
  for (const hit of hits) {
    const here = texts.get(hit.text) ?? [];
    here.push(hit);
    texts.set(hit.text, here);
  }
  return texts;
}

function bestOf(hits: readonly Hit[]): HowFound | undefined {
  const ways: readonly HowFound[] = ["exact", "alike", "decoded"];
  return ways.find((way) => hits.some(({ echo, how }) => !echo && how === way));
}

/** Whether the call's args said it: of a trusted tool in any form, since that loosens; of another one as it stands there. */
function isEchoed(source: TextSource, hits: readonly Hit[]): boolean {
  return hits.some(({ echo, how }) => echo && (how === "exact" || isTrusted(source)));
}
