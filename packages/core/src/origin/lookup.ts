import type { CharacterClasses } from "./character.ts";
import { findCopied, type Run } from "./copied.ts";
import { encodedTexts } from "./encoding.ts";
import { entitiesIn, type Entity, isDistinctive, squash } from "./entity.ts";
import { fold } from "./fold.ts";
import { Hits, type HowFound } from "./hits.ts";
import { hostsMeant } from "./host.ts";
import { findJoined, LONGEST_JOINED, type Pieces } from "./joined.ts";
import { DAY, type Domain, type HashKey, keyedHash, NUMBER, WORD } from "./keyed-hash.ts";
import type { Scalar } from "./leaf.ts";
import type { Likeness } from "./likeness.ts";
import { lookOf } from "./look.ts";
import { findLoose } from "./loose.ts";
import { daysMeant, numbersMeant } from "./meaning.ts";
import { type Needle, needleOf, sliceNeedle } from "./needle.ts";
import { DECODED, NUMBERS, STANDING } from "./print-format.ts";
import { type Budget, findStanding, visit } from "./search.ts";
import type { Segment, TokenStore } from "./token-store.ts";

/** Where a leaf stands, or a part of it that names something or was copied. */
export interface Appearance {
  readonly part: boolean;
  readonly hits: Hits;
}

/** Texts by their tokens: those with a number below `size` count, and their numbers start at `base`. */
interface Shelf {
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
  /** how many texts count on all of them */
  readonly texts: number;
}

/** Longer texts are looked for by what they name and by the sentences that were copied, not as a whole. */
const LONGEST_LOOSE = 64;
/** shorter ones stand in too many texts when marks and spaces do not count */
const SHORTEST_LOOSE = 6;
const SHORTEST_JOINED = 4;
/** steps that a leaf takes even where it is found nowhere */
const PER_LEAF = 50;
const FILLERS = ["at", "dot", "point", "punkt", "arroba", "punto"];
/** the marks that make another thing of an entity: the domain of somebody else's address is not the host */
const NOT_AFTER: Readonly<Record<Entity["kind"], string>> = { email: "", identifier: "", host: "@", domain: "@." };

/** Where a leaf stands: the whole first, then its parts. A boolean or null stands nowhere. */
export function lookUp(library: Library, leaf: Scalar, budget: Budget): readonly Appearance[] {
  budget.spend(PER_LEAF + (typeof leaf === "string" ? leaf.length : 0));
  const search = new Search(library, budget);
  const found = typeof leaf === "number" ? search.number(leaf) : typeof leaf === "string" ? search.text(leaf) : [];
  return found.filter(({ hits }) => !hits.isEmpty);
}

/** One leaf's search, and what it may still cost. */
class Search {
  readonly #library: Library;
  readonly #budget: Budget;

  constructor(library: Library, budget: Budget) {
    [this.#library, this.#budget] = [library, budget];
  }

  /** Where a number stands: equal in value, or written in a way that may mean it. */
  number(value: number): readonly Appearance[] {
    const hits = new Hits(this.#library.texts);
    const written = String(value);
    this.#visit(keyedHash(this.#library.hashKey, NUMBER, written), hits, (_store, _position, { kind }) =>
      kind === NUMBERS ? "exact" : "alike",
    );
    this.#visit(keyedHash(this.#library.hashKey, WORD, written), hits, (store, position, { kind }) =>
      store.isNumber(position) ? howIn(kind) : looseIn(kind),
    );
    this.#meant(NUMBER, String(-value), hits);
    if (!/^[0-9]+$/.test(written)) this.#standing(needleOf(written, this.#library), hits, "alike");
    if (written.length > SHORTEST_LOOSE && Number.isInteger(value)) this.#joined(written, true, hits);
    return [{ part: false, hits }];
  }

  /** Where a text stands, and its parts. */
  text(leaf: string): readonly Appearance[] {
    const folded = fold(leaf);
    const look = lookOf(this.#library.likeness, folded);
    const inner = encodedTexts(leaf).map((text) => lookOf(this.#library.likeness, fold(text)));
    const hits = this.#whole(folded, look);
    for (const text of inner) this.#alike(text, hits, "decoded");
    const parts = [look, ...inner, ...hostsMeant(folded)].flatMap((text) => [...this.#named(text), ...this.#copied(text, text === folded)]);
    return [{ part: false, hits }, ...parts];
  }

  /** A whole text as it stands there, and in other forms. */
  #whole(folded: string, look: string): Hits {
    const hits = new Hits(this.#library.texts);
    const needle = needleOf(folded, this.#library);
    // a single word stands either as it is or not at all
    if (needle.words.length < 2 || needle.words.length > LONGEST_LOOSE) this.#standing(needle, hits);
    else this.#loose(folded, needle, hits);
    if (look !== folded) this.#alike(look, hits);
    const distinctive = isDistinctive(look);
    this.#joined(squash(look), distinctive, hits);
    if (distinctive) {
      this.#alike(Array.from(look).reverse().join(""), hits, "decoded");
      this.#alike(turned(look), hits, "decoded");
    }
    if (look.length > LONGEST_JOINED) return hits;
    const numbers = /^[-+]?[0-9]+(?:\.[0-9]+)?$/.test(look) ? [Number(look)] : numbersMeant(look);
    for (const number of numbers) this.#meant(NUMBER, String(number), hits);
    for (const day of daysMeant(look)) this.#meant(DAY, day, hits);
    return hits;
  }

  /** What a text names. */
  #named(look: string): readonly Appearance[] {
    return entitiesIn(look).map(({ kind, text }) => {
      this.#budget.spend(text.length);
      const hits = new Hits(this.#library.texts);
      const needle = needleOf(text, this.#library);
      const whole = kind === "email" || kind === "identifier";
      if (whole && needle.words.length > 1) this.#loose(text, needle, hits);
      else this.#standing(needle, hits, undefined, NOT_AFTER[kind]);
      if (whole && text !== look) this.#joined(squash(text), true, hits);
      return { part: true, hits };
    });
  }

  /** The runs of words of a text that were copied. */
  #copied(text: string, isStanding: boolean): readonly Appearance[] {
    const needle = needleOf(text, this.#library);
    const runs = new Map<string, { readonly run: Run; readonly hits: Hits }>();
    for (const shelf of this.#library.shelves)
      findCopied(shelf.store, needle, this.#budget, (segment, run) => {
        const key = `${run.start} ${run.end}`;
        const known = runs.get(key) ?? { run, hits: new Hits(this.#library.texts) };
        runs.set(key, known);
        add(known.hits, shelf, segment, looseIn(segment.kind));
      });
    return [...runs.values()].map(({ run, hits }) => {
      if (isStanding) this.#standing(sliceNeedle(needle, run.start, run.end), hits);
      return { part: true, hits };
    });
  }

  #standing(needle: Needle, hits: Hits, how?: HowFound, notAfter?: string): void {
    for (const shelf of this.#library.shelves)
      findStanding(
        shelf.store,
        needle,
        this.#budget,
        (segment) => add(hits, shelf, segment, segment.kind === STANDING ? (how ?? "exact") : looseIn(segment.kind)),
        notAfter,
      );
  }

  /** Another form of a text. */
  #alike(look: string, hits: Hits, how: HowFound = "alike"): void {
    const needle = needleOf(look, this.#library);
    if (needle.words.length > 1 && needle.words.length <= LONGEST_LOOSE) this.#loose(look, needle, hits, how);
    else this.#standing(needle, hits, how);
  }

  /** A text as it stands there, or with other marks and spaces. */
  #loose(look: string, needle: Needle, hits: Hits, how?: HowFound): void {
    const fillers = new Set(/[@.]/.test(look) ? FILLERS.map((word) => keyedHash(this.#library.hashKey, WORD, word)) : []);
    const loosely = squash(look).length >= SHORTEST_LOOSE;
    for (const shelf of this.#library.shelves)
      findLoose(shelf.store, needle, fillers, this.#budget, (segment, stands) => {
        if (segment.kind === STANDING && stands) add(hits, shelf, segment, how ?? "exact");
        else if (segment.kind !== STANDING || loosely) add(hits, shelf, segment, how ?? looseIn(segment.kind));
      });
  }

  #joined(squashed: string, free: boolean, hits: Hits): void {
    if (squashed.length < SHORTEST_JOINED || squashed.length > LONGEST_JOINED) return;
    // what a call's args say in pieces is an echo however it is put together
    const piecesIn = ({ echo }: Segment): Pieces => (free || echo ? "free" : "spelled");
    for (const shelf of this.#library.shelves)
      findJoined(shelf.store, squashed, piecesIn, this.#library, this.#budget, (segment) =>
        add(hits, shelf, segment, looseIn(segment.kind)),
      );
  }

  #meant(domain: Domain, text: string, hits: Hits): void {
    this.#visit(keyedHash(this.#library.hashKey, domain, text), hits, () => "alike");
  }

  #visit(word: number, hits: Hits, howAt: (store: TokenStore, position: number, segment: Segment) => HowFound): void {
    for (const shelf of this.#library.shelves)
      visit(shelf.store, word, this.#budget, (position, segment) => {
        const how = howAt(shelf.store, position, segment);
        add(hits, shelf, segment, how);
        return how === "exact";
      });
  }
}

function add(hits: Hits, { base, size }: Shelf, segment: Segment, how: HowFound): void {
  if (segment.text < size) hits.add(base + segment.text, segment, how);
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
