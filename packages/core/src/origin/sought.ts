import { findCopied } from "./copied.ts";
import { encodedTexts } from "./encoding.ts";
import { entitiesIn, type Entity, isDistinctive, squash } from "./entity.ts";
import { fold } from "./fold.ts";
import { hostsMeant } from "./host.ts";
import { LONGEST_JOINED } from "./joined.ts";
import { DAY, NUMBER, WORD } from "./keyed-hash.ts";
import type { Scalar } from "./leaf.ts";
import { lookOf } from "./look.ts";
import { daysMeant, numbersMeant } from "./meaning.ts";
import { type Needle, needleOf, sliceNeedle } from "./needle.ts";
import {
  alike,
  anyOf,
  digits,
  exactly,
  type HowFound,
  isShort,
  joined,
  looseIn,
  loosely,
  type LookupKit,
  meant,
  nowhere,
  numeral,
  type Pattern,
  standing,
} from "./pattern.ts";
import type { Scope } from "./scope.ts";
import type { Border, Budget } from "./search.ts";
import type { Segment } from "./token-list.ts";

/** A leaf, or a part of it: how it stands in texts as it is, and how in any form. */
export interface Sought {
  readonly exact: Pattern;
  readonly wide: Pattern;
}

/** What is looked for of one leaf. */
export interface SoughtLeaf extends Sought {
  /** what it names */
  readonly parts: () => readonly Sought[];
  /** Hands out the runs of its words that were copied into a scope; `found` tells whether others are needed. */
  readonly copied: (scope: Scope, budget: Budget, found: (segment: Segment, how: HowFound, run: Sought) => "more" | "stop") => void;
}

/** shorter numbers stand in too many others */
const SHORTEST_NUMBER = 7;
/** the marks that make another thing of an entity: the domain of somebody else's address is not the host */
const NOT_AFTER: Readonly<Record<Entity["kind"], string>> = { email: "", identifier: "", host: "@", domain: "@." };
const ADDRESS = /^[^\s@]{1,320}@[^\s@.]+(?:\.[^\s@.]+)+$/;
const HOST = /^[^\s@./:]+(?:\.[^\s@./:]+)+$/;

/**
 * An address is no part of a longer one: `bob@example.co` is not who `bob@example.co.uk` is. Behind a host a sentence may
 * end and the next begin without a space.
 */
function wholeBorder(folded: string): Border {
  if (ADDRESS.test(folded)) return { notJoinedBefore: ".-_+", notJoinedAfter: ".-" };
  return HOST.test(folded) ? { notJoinedAfter: "-" } : {};
}

/** What is looked for of a leaf; a boolean or null stands nowhere. */
export function soughtOf(kit: LookupKit, leaf: Scalar): SoughtLeaf {
  if (typeof leaf === "number") return numberSought(kit, leaf);
  if (typeof leaf === "string") return new SoughtText(kit, leaf);
  return { exact: nowhere, wide: nowhere, parts: () => [], copied: () => undefined };
}

/** A number: equal in value, or written in a way that may mean it. */
function numberSought(kit: LookupKit, value: number): SoughtLeaf {
  const written = String(value);
  const exact = anyOf(() => [numeral(kit, NUMBER, written), numeral(kit, WORD, written)]);
  const wide = anyOf(() => [
    exact,
    meant(kit, NUMBER, written),
    digits(kit, written),
    meant(kit, NUMBER, String(-value)),
    ...(/^[0-9]+$/.test(written) ? [] : [standing(needleOf(written, kit), "alike")]),
    ...(written.length >= SHORTEST_NUMBER && Number.isInteger(value) ? [joined(kit, written, "free")] : []),
  ]);
  return { exact, wide, parts: () => [], copied: () => undefined };
}

/** A text, as far as what is asked for needs it to be worked out. */
class SoughtText implements SoughtLeaf {
  readonly exact: Pattern;
  readonly wide: Pattern;
  readonly #kit: LookupKit;
  readonly #leaf: string;
  readonly #folded: string;
  readonly #needle: Needle;
  #forms: { readonly look: string; readonly inner: readonly string[] } | undefined;
  #parts: readonly Sought[] | undefined;
  #needles: readonly Needle[] | undefined;

  constructor(kit: LookupKit, leaf: string) {
    [this.#kit, this.#leaf, this.#folded] = [kit, leaf, fold(leaf)];
    this.#needle = needleOf(this.#folded, kit);
    this.exact = exactly(this.#needle, wholeBorder(this.#folded));
    this.wide = anyOf(() => this.#wholeForms());
  }

  parts(): readonly Sought[] {
    return (this.#parts ??= this.#texts().flatMap((text) => entitiesIn(text).map((entity) => entitySought(this.#kit, entity, text))));
  }

  copied(scope: Scope, budget: Budget, found: (segment: Segment, how: HowFound, run: Sought) => "more" | "stop"): void {
    const texts = this.#texts();
    this.#needles ??= texts.map((text) => (text === this.#folded ? this.#needle : needleOf(text, this.#kit)));
    for (const needle of this.#needles) {
      const runs = new Map<string, Sought>();
      let isOver = false;
      findCopied(scope, needle, budget, (segment, { start, end }) => {
        const key = `${start} ${end}`;
        const run = runs.get(key) ?? runSought(sliceNeedle(needle, start, end), needle === this.#needle);
        runs.set(key, run);
        const verdict = found(segment, looseIn(segment), run);
        isOver ||= verdict === "stop";
        return verdict;
      });
      if (isOver) return;
    }
  }

  /** It as a reader sees it, what it holds encoded, and where it leads to. */
  #texts(): readonly string[] {
    const { look, inner } = this.#look();
    return [look, ...inner, ...hostsMeant(this.#folded)];
  }

  #look(): { readonly look: string; readonly inner: readonly string[] } {
    const { likeness } = this.#kit;
    this.#forms ??= {
      look: lookOf(likeness, this.#folded),
      inner: encodedTexts(this.#leaf).map((text) => lookOf(likeness, fold(text))),
    };
    return this.#forms;
  }

  /** The whole as it stands there, and in other forms. */
  #wholeForms(): readonly Pattern[] {
    const [kit, needle] = [this.#kit, this.#needle];
    const { look, inner } = this.#look();
    const distinctive = isDistinctive(look);
    return [
      // a single word stands either as it is or not at all
      needle.words.length < 2 || !isShort(needle) ? standing(needle) : loosely(kit, this.#folded, needle),
      ...(look === this.#folded ? [] : [alike(kit, look)]),
      joined(kit, squash(look), distinctive ? "free" : "spelled"),
      ...(distinctive ? [alike(kit, Array.from(look).reverse().join(""), "decoded"), alike(kit, turned(look), "decoded")] : []),
      ...(look.length > LONGEST_JOINED ? [] : meanings(kit, look)),
      ...inner.map((text) => alike(kit, text, "decoded")),
    ];
  }
}

/** What a text may mean as a number or a day. */
function meanings(kit: LookupKit, look: string): readonly Pattern[] {
  const numbers = /^[-+]?[0-9]+(?:\.[0-9]+)?$/.test(look) ? [Number(look)] : numbersMeant(look);
  return [...numbers.map((number) => meant(kit, NUMBER, String(number))), ...daysMeant(look).map((day) => meant(kit, DAY, day))];
}

/** What a text names. */
function entitySought(kit: LookupKit, { kind, text }: Entity, look: string): Sought {
  const needle = needleOf(text, kit);
  const whole = kind === "email" || kind === "identifier";
  const form = whole && needle.words.length > 1 ? loosely(kit, text, needle) : standing(needle, undefined, { notAfter: NOT_AFTER[kind] });
  const wide = whole && text !== look ? anyOf(() => [form, joined(kit, squash(text), "free")]) : form;
  return { exact: exactly(needle, { notAfter: NOT_AFTER[kind] }), wide };
}

/** A run of words that was copied; of another form of the leaf it stands nowhere as it is. */
function runSought(run: Needle, isStanding: boolean): Sought {
  return isStanding ? { exact: exactly(run), wide: standing(run) } : { exact: nowhere, wide: nowhere };
}

/** A text with its letters moved on by half the alphabet. */
function turned(text: string): string {
  return text.replaceAll(/[a-z]/g, (letter) => String.fromCharCode(((letter.charCodeAt(0) - 97 + 13) % 26) + 97));
}
