import type { CharacterClasses } from "./character.ts";
import { findCopied, type Run } from "./copied.ts";
import { encodedTexts } from "./encoding.ts";
import { entitiesIn, type Entity, isDistinctive, squash } from "./entity.ts";
import { fold } from "./fold.ts";
import { findJoined, LONGEST_JOINED } from "./joined.ts";
import { DAY, type HashKey, keyedHash, NUMBER, WORD } from "./keyed-hash.ts";
import type { Scalar } from "./leaf.ts";
import type { Likeness } from "./likeness.ts";
import { lookOf } from "./look.ts";
import { findLoose } from "./loose.ts";
import { daysMeant, numbersMeant } from "./meaning.ts";
import { type Needle, needleOf, sliceNeedle, wordsOf } from "./needle.ts";
import { DECODED, MEANT, NUMBERS, STANDING } from "./print-format.ts";
import { Budget, findStanding, visit } from "./search.ts";
import { IS_MARK, IS_NUMBER } from "./token.ts";
import type { Segment, TokenStore } from "./token-store.ts";

/** How a value stands in a text: as it is, in another form, or encoded. */
export type HowFound = "exact" | "alike" | "decoded";

/** A text in which a value stands. */
export interface Hit {
  /** the text's number, over all indexes */
  readonly text: number;
  /** it stands in what the call's args said */
  readonly echo: boolean;
  readonly how: HowFound;
}

/** Where a leaf stands, or a part of it that names something or was copied. */
export interface Appearance {
  readonly part: boolean;
  readonly hits: readonly Hit[];
}

/** Texts by their tokens: those with a number below `size` count, and their numbers start at `base`. */
export interface Shelf {
  readonly store: TokenStore;
  readonly size: number;
  readonly base: number;
}

/** How texts are cut, hashed and seen; what is worked out of it is kept. */
export interface LookupKit {
  readonly hashKey: HashKey;
  readonly classes: CharacterClasses;
  readonly likeness: Likeness;
}

/** What looking up needs: also where to look. */
export interface Library extends LookupKit {
  readonly shelves: readonly Shelf[];
}

/** Longer texts are looked for by what they name and by the sentences that were copied, not as a whole. */
const LONGEST_LOOSE = 64;
/** shorter ones stand in too many texts when marks and spaces do not count */
const SHORTEST_LOOSE = 6;
const SHORTEST_JOINED = 4;
const FILLERS = ["at", "dot", "point", "punkt", "arroba", "punto"];
const [AT_SIGN, DOT] = [64, 46];
/** the marks that make another thing of an entity: the domain of somebody else's address is not the host */
const NOT_AFTER: Readonly<Record<Entity["kind"], readonly number[]>> = { email: [], identifier: [], host: [AT_SIGN], domain: [AT_SIGN, DOT] };

/** Where a leaf stands: the whole first, then its parts. A boolean or null stands nowhere. */
export function lookUp(library: Library, leaf: Scalar): readonly Appearance[] {
  const search = new Search(library);
  if (typeof leaf === "number") return [search.number(leaf)];
  return typeof leaf === "string" ? search.text(leaf) : [];
}

/** One leaf's search: what it may still cost, and what it found. */
class Search {
  readonly #library: Library;
  readonly #budget = new Budget();

  constructor(library: Library) {
    this.#library = library;
  }

  /** Where a number stands: equal in value, or written in a way that may mean it. */
  number(value: number): Appearance {
    const hits: Hit[] = [];
    const written = String(value);
    this.#visit(NUMBER, written, hits, (_store, _position, { kind }) => (kind === NUMBERS ? "exact" : kind === MEANT ? "alike" : undefined));
    this.#visit(WORD, written, hits, (store, position, { kind }) =>
      (store.flags(position) & IS_NUMBER) !== 0 ? howIn(kind) : kind === DECODED ? "decoded" : "alike",
    );
    this.#standing(needleOf(written, this.#library), hits, "alike");
    this.#visit(NUMBER, String(-value), hits, () => "alike");
    if (written.length > SHORTEST_LOOSE && Number.isInteger(value)) this.#joined(written, true, hits);
    return { part: false, hits };
  }

  /** Where a text stands, and its parts. */
  text(leaf: string): readonly Appearance[] {
    const folded = fold(leaf);
    const look = lookOf(this.#library.likeness, folded);
    const hits: Hit[] = [];
    this.#standing(needleOf(folded, this.#library), hits);
    this.#alike(look, folded, hits);
    const inner = encodedTexts(leaf).map((text) => lookOf(this.#library.likeness, fold(text)));
    for (const text of inner) this.#loose(text, hits, "decoded");
    const parts = [look, ...inner].flatMap((text) => [...this.#named(text), ...this.#copied(text, text === folded)]);
    return [{ part: false, hits }, ...parts];
  }

  /** A whole text in other forms. */
  #alike(look: string, folded: string, hits: Hit[]): void {
    const squashed = squash(look);
    const distinctive = isDistinctive(look);
    if (look !== folded) this.#standing(needleOf(look, this.#library), hits, "alike");
    this.#loose(look, hits);
    this.#joined(squashed, distinctive, hits);
    if (distinctive) {
      this.#loose([...look].reverse().join(""), hits, "decoded");
      this.#loose(turned(look), hits, "decoded");
    }
    if (look.length > LONGEST_JOINED) return;
    const numbers = /^[-+]?[0-9]+(?:\.[0-9]+)?$/.test(look) ? [Number(look)] : numbersMeant(look);
    for (const number of numbers) this.#visit(NUMBER, String(number), hits, () => "alike");
    for (const day of daysMeant(look)) this.#visit(DAY, day, hits, () => "alike");
  }

  /** What a text names. */
  #named(look: string): readonly Appearance[] {
    return entitiesIn(look).map((entity) => {
      this.#budget.spend(look.length > LONGEST_JOINED ? LONGEST_JOINED : 1);
      const hits: Hit[] = [];
      const needle = needleOf(entity.text, this.#library);
      this.#standing(needle, hits, undefined, NOT_AFTER[entity.kind]);
      if (entity.kind !== "host" && entity.kind !== "domain") {
        this.#loose(entity.text, hits);
        this.#joined(squash(entity.text), true, hits);
      }
      return { part: true, hits };
    });
  }

  /** The runs of words of a text that were copied. */
  #copied(text: string, isStanding: boolean): readonly Appearance[] {
    const needle = needleOf(text, this.#library);
    const places = needle.values.flatMap((_, at) => (((needle.flags[at] ?? 0) & IS_MARK) === 0 ? [at] : []));
    const passage = { needle, places, lengths: places.map((place) => needle.lengths[place] ?? 0) };
    const runs = new Map<string, { readonly run: Run; readonly hits: Hit[] }>();
    for (const shelf of this.#library.shelves)
      findCopied(shelf.store, passage, this.#budget, (segment, run) => {
        const key = `${run.start} ${run.end}`;
        const known = runs.get(key) ?? { run, hits: [] };
        runs.set(key, known);
        add(known.hits, shelf, segment, segment.kind === DECODED ? "decoded" : "alike");
      });
    return [...runs.values()].map(({ run, hits }) => {
      const [first, last] = [places[run.start] ?? 0, places[run.end - 1] ?? 0];
      if (isStanding) this.#standing(sliceNeedle(needle, first, last + 1), hits);
      return { part: true, hits };
    });
  }

  #standing(needle: Needle, hits: Hit[], how?: HowFound, notAfter?: readonly number[]): void {
    for (const shelf of this.#library.shelves)
      findStanding(
        shelf.store,
        needle,
        this.#budget,
        (segment) => add(hits, shelf, segment, segment.kind === STANDING ? (how ?? "exact") : howIn(segment.kind)),
        notAfter,
      );
  }

  #loose(look: string, hits: Hit[], how?: HowFound): void {
    if (look.length > LONGEST_LOOSE * LONGEST_JOINED) return;
    const words = wordsOf(needleOf(look, this.#library));
    if (words.length === 0 || words.length > LONGEST_LOOSE) return;
    const fillers = new Set(/[@.]/.test(look) ? FILLERS.map((word) => keyedHash(this.#library.hashKey, WORD, word)) : []);
    const loosely = words.length > 1 && squash(look).length >= SHORTEST_LOOSE;
    for (const shelf of this.#library.shelves)
      findLoose(shelf.store, { words, fillers }, this.#budget, (segment) => {
        if (segment.kind !== STANDING || loosely || how !== undefined) add(hits, shelf, segment, how ?? looseIn(segment.kind));
      });
  }

  #joined(squashed: string, free: boolean, hits: Hit[]): void {
    if (squashed.length < SHORTEST_JOINED || squashed.length > LONGEST_JOINED) return;
    // what a call's args say in pieces is an echo however it is put together
    const piecesIn = ({ echo }: Segment): "free" | "spelled" => (free || echo ? "free" : "spelled");
    for (const shelf of this.#library.shelves)
      findJoined(shelf.store, squashed, piecesIn, this.#library, this.#budget, (segment) => add(hits, shelf, segment, looseIn(segment.kind)));
  }

  #visit(
    domain: typeof WORD | typeof NUMBER | typeof DAY,
    text: string,
    hits: Hit[],
    howAt: (store: TokenStore, position: number, segment: Segment) => HowFound | undefined,
  ): void {
    const value = keyedHash(this.#library.hashKey, domain, text);
    for (const shelf of this.#library.shelves)
      visit(
        shelf.store,
        value,
        this.#budget,
        () => undefined,
        (position, segment) => {
          const how = howAt(shelf.store, position, segment);
          if (how !== undefined) add(hits, shelf, segment, how);
          return how === "exact";
        },
      );
  }
}

function add(hits: Hit[], { base, size }: Shelf, { text, echo }: Segment, how: HowFound): void {
  const last = hits.at(-1);
  // a search that goes on in a text for something better finds the same again and again
  if (last?.text === base + text && last.echo === echo && last.how === how) return;
  if (text < size) hits.push({ text: base + text, echo, how });
}

function howIn(kind: Segment["kind"]): HowFound {
  return kind === STANDING ? "exact" : looseIn(kind);
}

function looseIn(kind: Segment["kind"]): HowFound {
  return kind === DECODED ? "decoded" : "alike";
}

/** A text with its letters moved on by half the alphabet. */
function turned(text: string): string {
  return text.replaceAll(/[a-z]/g, (letter) => String.fromCharCode(((letter.charCodeAt(0) - 97 + 13) % 26) + 97));
}
