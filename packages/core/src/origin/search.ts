import { ConditionError } from "../condition/fault.ts";
import type { Needle } from "./needle.ts";
import { STANDING } from "./print-format.ts";
import type { Scope } from "./scope.ts";
import type { Segment, TokenList } from "./token-list.ts";

/** How many positions the leaves of one decision may be compared with. */
const MAX_STEPS = 2_000_000;
/** a word is common where it is one of so many */
const COMMON = 500;
/** so many positions that do not fit are remembered as such */
const WORTH_KEEPING = 64;

/** The steps that looking leaves up may still take; running out is a ConditionError. */
export class Budget {
  #left: number = MAX_STEPS;

  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new ConditionError("where this was seen takes too long to find out");
  }
}

/**
 * What is made of a place: `miss` nothing stands there; `refuse` what stands there will never count; `more` it counts, and
 * the rest of the segment may say more; `take` it counts; `stop` no other place is needed.
 */
export type Next = "miss" | "refuse" | "more" | "take" | "stop";

/** Gets a segment in which something stands. */
export type Found = (segment: Segment) => Next;

/** How far words were walked in vain; what was added later is all that is left to look at. */
export class Progress {
  readonly #walked = new WeakMap<TokenList, Map<number, number>>();

  /** The last position of a word up to which nothing fits. */
  of({ tokens, isEcho }: Scope, word: number): number | undefined {
    return isEcho ? undefined : this.#walked.get(tokens)?.get(word);
  }

  /** Notes it. */
  note({ tokens, isEcho }: Scope, word: number, position: number): void {
    if (isEcho) return;
    const words = this.#walked.get(tokens) ?? new Map<number, number>();
    this.#walked.set(tokens, words.set(word, position));
  }
}

/** Walks over the positions of a word, the first first; a segment that is done with is not looked at again. Returns whether it was stopped. */
export function visit(
  scope: Scope,
  word: number,
  budget: Budget,
  fits: (position: number, segment: Segment) => Next,
  progress?: Progress,
): boolean {
  const before = progress?.of(scope, word);
  const isCommon = scope.count(word) * COMMON > scope.end;
  let segment: Segment | undefined;
  let [steps, vain, lastVain, isVain, isStopped] = [0, 0, -1, true, false];
  for (let position = before === undefined ? scope.first(word) : scope.next(word, before); position >= 0;) {
    if (++steps === 1000) {
      budget.spend(steps);
      steps = 0;
    }
    if (segment === undefined || position >= segment.end) segment = scope.tokens.segmentAt(position);
    if (segment === undefined || segment.text >= scope.until) break;
    const verdict = fits(position, segment);
    isStopped = verdict === "stop";
    if (isStopped) break;
    isVain &&= verdict === "miss" || verdict === "refuse";
    if (isVain) [lastVain, vain] = [position, vain + 1];
    if (verdict === "miss" || verdict === "more") position = scope.next(word, position);
    else position = isCommon ? scope.tokens.find(word, segment.end, scope.end) : outOf(scope, word, position, segment);
  }
  if (vain >= WORTH_KEEPING) progress?.note(scope, word, lastVain);
  budget.spend(steps);
  return isStopped;
}

function outOf(scope: Scope, word: number, position: number, segment: Segment): number {
  let at = scope.next(word, position);
  while (at >= 0 && at < segment.end) at = scope.next(word, at);
  return at;
}

/** The place of the word that stands least often. */
export function rarest(scope: Scope, words: readonly number[], budget: Budget): number {
  budget.spend(words.length);
  let [anchor, least] = [0, Number.POSITIVE_INFINITY];
  for (let at = 0; at < words.length; at++) {
    const count = scope.count(words[at] ?? 0);
    if (count === 0) return at;
    if (count < least) [anchor, least] = [at, count];
  }
  return anchor;
}

/** What must not stand right beside a needle, or it is another thing: marks before it, and what would go on with it. */
export interface Border {
  /** marks of which none may stand right before it */
  readonly notAfter?: string;
  /** marks of which none may join it to a word before it */
  readonly notJoinedBefore?: string;
  /** the same of a word behind it */
  readonly notJoinedAfter?: string;
}

/** A needle with its separators as a list knows them; the first one may be a part of what stands there. */
export class Standing {
  readonly #tokens: TokenList;
  readonly #needle: Needle;
  readonly #separators: readonly (number | undefined)[];
  readonly #border: Border;

  constructor(tokens: TokenList, needle: Needle, border: Border = {}) {
    [this.#tokens, this.#needle, this.#border] = [tokens, needle, border];
    this.#separators = needle.before.map((text) => tokens.separators.idOf(text));
  }

  /** Whether some separator of the needle stands nowhere. */
  get isNowhere(): boolean {
    return this.#separators.includes(undefined, 1);
  }

  /** Whether the needle stands at a position: the same words, marks and spaces, and no letter or digit on either side. */
  isAt(start: number, segment: Segment, budget: Budget): boolean {
    const [tokens, { words, before, after }] = [this.#tokens, this.#needle];
    const end = start + words.length;
    if (start < segment.start || end > segment.end) return false;
    for (let at = 0; at < words.length; at++) {
      if (tokens.word(start + at) === words[at] && (at === 0 || tokens.separator(start + at) === this.#separators[at])) continue;
      budget.spend(at);
      return false;
    }
    budget.spend(words.length);
    const { notAfter = "" } = this.#border;
    return (
      startsThere(tokens, start, segment, before[0] ?? "", notAfter) &&
      endsThere(tokens, end, segment, after) &&
      !this.#isJoined(start, end, segment)
    );
  }

  /** Whether a single mark joins it to another word: then it is a part of something longer. */
  #isJoined(start: number, end: number, segment: Segment): boolean {
    const { notJoinedBefore = "", notJoinedAfter = "" } = this.#border;
    const isMark = (position: number, marks: string): boolean => {
      const text = marks === "" ? undefined : this.#tokens.separators.text(this.#tokens.separator(position));
      return text?.length === 1 && marks.includes(text);
    };
    return (start > segment.start && isMark(start, notJoinedBefore)) || (end < segment.end && isMark(end, notJoinedAfter));
  }
}

/** Every segment in which a needle stands, with none of some marks right before. */
export function findStanding(scope: Scope, needle: Needle, budget: Budget, found: Found, border?: Border, progress?: Progress): void {
  if (needle.words.length === 0) return findMarks(scope, needle.after, budget, found);
  const anchor = rarest(scope, needle.words, budget);
  const word = needle.words[anchor] ?? 0;
  if (scope.count(word) === 0) return;
  const standing = new Standing(scope.tokens, needle, border);
  if (standing.isNowhere) return;
  visit(
    scope,
    word,
    budget,
    (position, segment) => (standing.isAt(position - anchor, segment, budget) ? found(segment) : "miss"),
    progress,
  );
}

/** The same, only in texts as they stand there. */
export function findExact(scope: Scope, needle: Needle, budget: Budget, found: Found, border?: Border, progress?: Progress): void {
  findStanding(scope, needle, budget, (segment) => (segment.kind === STANDING ? found(segment) : "refuse"), border, progress);
}

/** Whether marks stand right before a word, with no letter or digit before them. */
function startsThere(tokens: TokenList, start: number, segment: Segment, marks: string, notAfter: string): boolean {
  if (marks === "" && notAfter === "") return true;
  const before = tokens.separators.text(tokens.separator(start));
  if (before === undefined || !before.endsWith(marks)) return false;
  if (marks === "") return before === "" || !notAfter.includes(before.slice(-1));
  return before.length > marks.length || start === segment.start;
}

/** Whether marks stand right after a word, with no letter or digit after them. */
function endsThere(tokens: TokenList, end: number, segment: Segment, marks: string): boolean {
  if (marks === "") return true;
  const after = tokens.separators.text(tokens.separator(end));
  if (after === undefined || !after.startsWith(marks)) return false;
  return after.length > marks.length || end === segment.end;
}

/** Every segment in which marks stand with no letter or digit on either side. */
function findMarks(scope: Scope, marks: string, budget: Budget, found: Found): void {
  const { tokens } = scope;
  const holding = marks === "" ? new Set<number>() : tokens.separators.holding(marks);
  if (holding.size === 0) return;
  budget.spend((scope.end - scope.start) >> 3);
  for (let position = scope.start; position < scope.end; position++) {
    if (!holding.has(tokens.separator(position))) continue;
    const segment = tokens.segmentAt(position);
    if (segment === undefined || segment.text >= scope.until) return;
    if (standsIn(tokens, position, segment, marks, budget) && found(segment) === "stop") return;
  }
}

/** Whether marks stand at one place between two words. */
function standsIn(tokens: TokenList, position: number, segment: Segment, marks: string, budget: Budget): boolean {
  const text = tokens.separators.text(tokens.separator(position)) ?? "";
  const [first, last] = [position === segment.start, position === segment.end];
  budget.spend(text.length);
  for (let at = text.indexOf(marks); at >= 0; at = text.indexOf(marks, at + 1))
    if ((at > 0 || first) && (at + marks.length < text.length || last)) return true;
  return false;
}
