import { squash } from "./entity.ts";
import { findJoined, LONGEST_JOINED, PieceHashes } from "./joined.ts";
import { type Domain, type HashKey, keyedHash, WORD } from "./keyed-hash.ts";
import type { CharacterClasses } from "./character.ts";
import type { Likeness } from "./likeness.ts";
import { findLoose } from "./loose.ts";
import { type Needle, needleOf } from "./needle.ts";
import { DECODED, NUMBERS, STANDING } from "./print-format.ts";
import type { Scope } from "./scope.ts";
import { type Border, type Budget, findExact, findStanding, Progress, type Next, visit } from "./search.ts";
import type { Segment } from "./token-list.ts";

/** How a value stands in a text: as it is, in another form, or encoded. */
export type HowFound = "exact" | "alike" | "decoded";

/** Gets a segment in which a value stands, and how. */
type Sighted = (segment: Segment, how: HowFound) => Next;

/** A way in which a value may stand in texts: hands out every segment where it does, the first first. */
export type Pattern = (scope: Scope, budget: Budget, sighted: Sighted) => void;

/** How texts are cut, hashed and seen; what is worked out of it is kept. */
export interface LookupKit {
  readonly hashKey: HashKey;
  readonly classes: CharacterClasses;
  readonly likeness: Likeness;
}

/** Longer texts are looked for by what they name and by the sentences that were copied, not as a whole. */
const LONGEST_LOOSE = 64;
/** shorter ones stand in too many texts when marks and spaces do not count */
const SHORTEST_LOOSE = 6;
const SHORTEST_JOINED = 4;
const FILLERS = ["at", "dot", "point", "punkt", "arroba", "punto"];

/** Stands nowhere. */
export const nowhere: Pattern = () => undefined;

/** What stands in one of several ways; they are worked out when they are first asked for. */
export function anyOf(list: () => readonly Pattern[]): Pattern {
  let patterns: readonly Pattern[] | undefined;
  return (scope, budget, sighted) => {
    if (scope.start === scope.end) return;
    let isOver = false;
    const note: Sighted = (segment, how) => {
      const verdict = sighted(segment, how);
      isOver ||= verdict === "stop";
      return verdict;
    };
    for (const pattern of (patterns ??= list())) {
      pattern(scope, budget, note);
      if (isOver) return;
    }
  };
}

/** Words as they stand in a text itself, and end where it says. */
export function exactly(needle: Needle, border?: Border): Pattern {
  const progress = new Progress();
  return (scope, budget, sighted) => findExact(scope, needle, budget, (segment) => sighted(segment, "exact"), border, progress);
}

/** Words as they stand in a text or in what was made of it. */
export function standing(needle: Needle, how?: HowFound, border?: Border): Pattern {
  const progress = new Progress();
  return (scope, budget, sighted) => {
    const found = (segment: Segment): Next => sighted(segment, segment.kind === STANDING ? (how ?? "exact") : looseIn(segment));
    findStanding(scope, needle, budget, found, border, progress);
  };
}

/** Another form of a text. */
export function alike(kit: LookupKit, look: string, how: HowFound = "alike"): Pattern {
  const needle = needleOf(look, kit);
  return needle.words.length > 1 && isShort(needle) ? loosely(kit, look, needle, how) : standing(needle, how);
}

/** Whether a text is looked for with other marks and spaces than its own. */
export function isShort({ words }: Needle): boolean {
  return words.length <= LONGEST_LOOSE;
}

/** A text as it stands there, or with other marks and spaces. */
export function loosely(kit: LookupKit, look: string, needle: Needle, how?: HowFound): Pattern {
  const fillers = new Set(/[@.]/.test(look) ? FILLERS.map((word) => keyedHash(kit.hashKey, WORD, word)) : []);
  const isLong = squash(look).length >= SHORTEST_LOOSE;
  const progress = new Progress();
  return (scope, budget, sighted) => {
    const found = (segment: Segment, stands: boolean): Next => {
      if (segment.kind === STANDING && stands) return sighted(segment, how ?? "exact");
      return segment.kind !== STANDING || isLong ? sighted(segment, how ?? looseIn(segment)) : "miss";
    };
    findLoose(scope, needle, fillers, budget, found, progress);
  };
}

/** Letters and digits in a row, whole or in pieces; `free`: however the pieces lie. */
export function joined(kit: LookupKit, squashed: string, pieces: "free" | "spelled"): Pattern {
  if (squashed.length < SHORTEST_JOINED || squashed.length > LONGEST_JOINED) return nowhere;
  const [hashes, progress] = [new PieceHashes(squashed, kit), new Progress()];
  return (scope, budget, sighted) => {
    // what a call's args say in pieces is an echo however it is put together
    const how = scope.isEcho ? "free" : pieces;
    findJoined(scope, hashes, how, budget, (segment) => sighted(segment, looseIn(segment)), progress);
  };
}

/** A number or a day by what it means. */
export function meant(kit: LookupKit, domain: Domain, text: string): Pattern {
  const [word, progress] = [keyedHash(kit.hashKey, domain, text), new Progress()];
  return (scope, budget, sighted) => visit(scope, word, budget, (_, segment) => sighted(segment, "alike"), progress);
}

/** A number as texts write it themselves: as JSON does, or with the same value. */
export function numeral(kit: LookupKit, domain: Domain, text: string): Pattern {
  const [word, progress] = [keyedHash(kit.hashKey, domain, text), new Progress()];
  return (scope, budget, sighted) => {
    const fits = (position: number, segment: Segment): Next => {
      if (domain !== WORD) return segment.kind === NUMBERS ? sighted(segment, "exact") : "refuse";
      return segment.kind === STANDING && scope.tokens.isNumber(position) ? sighted(segment, "exact") : "miss";
    };
    visit(scope, word, budget, fits, progress);
  };
}

/** A number's digits wherever they are a word. */
export function digits(kit: LookupKit, text: string): Pattern {
  const [word, progress] = [keyedHash(kit.hashKey, WORD, text), new Progress()];
  return (scope, budget, sighted) => visit(scope, word, budget, (_, segment) => sighted(segment, looseIn(segment)), progress);
}

/** How what is not the text itself stands there. */
export function looseIn({ kind }: Segment): HowFound {
  return kind === DECODED ? "decoded" : "alike";
}
