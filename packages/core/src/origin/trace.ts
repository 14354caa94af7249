import type { Scalar } from "./leaf.ts";
import type { HowFound, Pattern } from "./pattern.ts";
import { type IndexPart, keepBest, type NumberedPart, Place, type Seen, seenAt, type Sighted } from "./place.ts";
import { textsOf } from "./scope.ts";
import { Budget, type Next } from "./search.ts";
import type { Shelf } from "./shelves.ts";
import type { Sought, SoughtLeaf } from "./sought.ts";
import { isTrusted } from "./source.ts";

/** What is known of a leaf; each is found out when it is asked for, and may take too long (ConditionError). */
export interface Trace {
  readonly isFromUser: () => boolean;
  readonly isFromTrusted: () => boolean;
  readonly isFromUntrusted: () => boolean;
  readonly isUnseen: () => boolean;
  /** Where it was seen, in order of time. */
  readonly seen: () => readonly Seen[];
}

const NEVER = Number.POSITIVE_INFINITY;
/** steps that a leaf takes even where it is found nowhere */
const PER_LEAF = 50;

/** Where leaves were seen; each is looked up once. */
export class Tracer {
  readonly #parts: readonly NumberedPart[];
  readonly #budget = new Budget();
  readonly #known = new Map<Scalar, Trace>();

  constructor(parts: readonly IndexPart[]) {
    let texts = 0;
    this.#parts = parts.map(({ index, size }) => ({ index, size, base: (texts += size) - size }));
  }

  /** What is known of a leaf. */
  of(leaf: Scalar): Trace {
    const known = this.#known.get(leaf);
    if (known !== undefined) return known;
    this.#budget.spend(PER_LEAF + (typeof leaf === "string" ? leaf.length : 0));
    const [first] = this.#parts;
    const trace = first === undefined ? SEEN_NOWHERE : new LeafTrace(this.#parts, first.index.sought.of(leaf), this.#budget);
    this.#known.set(leaf, trace);
    return trace;
  }
}

const SEEN_NOWHERE: Trace = {
  isFromUser: () => false,
  isFromTrusted: () => false,
  isFromUntrusted: () => false,
  isUnseen: () => true,
  seen: () => [],
};

/** One leaf's answers. */
class LeafTrace implements Trace {
  readonly #parts: readonly NumberedPart[];
  readonly #leaf: SoughtLeaf;
  readonly #budget: Budget;
  #fromUser: number | undefined;
  #isFromTrusted: boolean | undefined;
  #isFromUntrusted: boolean | undefined;
  #isUnseen: boolean | undefined;

  constructor(parts: readonly NumberedPart[], leaf: SoughtLeaf, budget: Budget) {
    [this.#parts, this.#leaf, this.#budget] = [parts, leaf, budget];
  }

  isFromUser(): boolean {
    return this.#firstFromUser() < NEVER;
  }

  isFromTrusted(): boolean {
    this.#isFromTrusted ??=
      this.isFromUser() ||
      this.#stands("trusted") ||
      (this.#parts.some(({ index }) => index.isEndorsed) && this.#stands("untrusted", isEndorsed));
    return this.#isFromTrusted;
  }

  isUnseen(): boolean {
    this.#isUnseen ??= !this.isFromTrusted() && !this.#stands("untrusted");
    return this.#isUnseen;
  }

  isFromUntrusted(): boolean {
    this.#isFromUntrusted ??= this.#parts.some(hasUntrusted) && this.#isTainted();
    return this.#isFromUntrusted;
  }

  seen(): readonly Seen[] {
    const seen = new Map<number, Seen>();
    for (const shelf of ["user", "trusted"] as const)
      this.#each(shelf, this.#leaf, this.#leaf.exact, NEVER, (place) => {
        if (!place.isEcho()) seen.set(place.text, seenAt(place, "exact"));
        return "take";
      });
    this.#note(this.#bestOf(this.#leaf), false, seen);
    for (const part of this.#parts.some(hasUntrusted) ? this.#leaf.parts() : []) this.#note(this.#bestOf(part), true, seen);
    for (const best of this.#copied().values()) this.#note(best, true, seen);
    return [...seen].sort(([a], [b]) => a - b).map(([, one]) => one);
  }

  /** The first user text in which the whole stands. */
  #firstFromUser(): number {
    this.#fromUser ??= this.#firstUserText(this.#leaf);
    return this.#fromUser;
  }

  #firstUserText(sought: Sought): number {
    let first = NEVER;
    this.#each("user", sought, sought.exact, NEVER, ({ text }) => {
      first = text;
      return "stop";
    });
    return first;
  }

  /** Whether the whole stands in a text as it is, and that is no echo. */
  #stands(shelf: Shelf, counts: (place: Place) => boolean = () => true): boolean {
    let stands = false;
    this.#each(shelf, this.#leaf, this.#leaf.exact, NEVER, (place) => {
      if (place.isEcho()) return "refuse";
      stands = counts(place);
      return stands ? "stop" : "take";
    });
    return stands;
  }

  /** Whether it, or a part of it, was seen in untrusted text and not before that in user text. */
  #isTainted(): boolean {
    if (this.#isTaintedBy(this.#leaf, this.#firstFromUser())) return true;
    if (this.#leaf.parts().some((part) => this.#isTaintedBy(part, this.#firstUserText(part)))) return true;
    let isTainted = false;
    const firsts = new Map<Sought, number>();
    this.#eachCopied(({ place, run }) => {
      const first = firsts.get(run) ?? this.#firstUserText(run);
      firsts.set(run, first);
      isTainted = place.text < first && !isTrusted(place.source) && !place.isEcho();
      return isTainted ? "stop" : "more";
    });
    return isTainted;
  }

  #isTaintedBy(sought: Sought, firstFromUser: number): boolean {
    let isTainted = false;
    this.#each("untrusted", sought, sought.wide, firstFromUser, (place) => {
      if (place.isEcho()) return "refuse";
      isTainted = !isTrusted(place.source);
      return isTainted ? "stop" : "take";
    });
    return isTainted;
  }

  /** How something stands at best in each untrusted text, by its first place there. */
  #bestOf(sought: Sought): Map<number, Sighted> {
    const best = new Map<number, Sighted>();
    this.#each("untrusted", sought, sought.wide, NEVER, (place, how) => {
      keepBest(best, place, how);
      return how === "exact" ? "take" : "more";
    });
    return best;
  }

  #copied(): Map<Sought, Map<number, Sighted>> {
    const runs = new Map<Sought, Map<number, Sighted>>();
    this.#eachCopied(({ place, run, how }) => {
      const best = runs.get(run) ?? new Map<number, Sighted>();
      runs.set(run, best);
      keepBest(best, place, how);
      return "more";
    });
    return runs;
  }

  /** Notes the texts where something counts as seen: of trusted ones only where the whole stands as it is. */
  #note(best: ReadonlyMap<number, Sighted>, isPart: boolean, seen: Map<number, Seen>): void {
    for (const { place, how } of best.values()) {
      if (seen.has(place.text) || (isTrusted(place.source) && (isPart || how !== "exact")) || place.isEcho()) continue;
      seen.set(place.text, seenAt(place, isPart && how !== "decoded" ? "part" : how));
    }
  }

  /** Hands out the places of a shelf where something stands, in order of time, before a text. */
  #each(shelf: Shelf, sought: Sought, pattern: Pattern, before: number, visit: (place: Place, how: HowFound) => Next): void {
    let isOver = false;
    for (const part of this.#parts) {
      const until = Math.min(part.size, before - part.base);
      const store = part.index.tokens[shelf];
      if (isOver) return;
      if (until <= 0 || store.length === 0) continue;
      pattern(textsOf(store, until), this.#budget, (segment, how) => {
        const verdict = visit(new Place(part, segment.text, sought, this.#budget), how);
        isOver ||= verdict === "stop";
        return verdict;
      });
    }
  }

  #eachCopied(visit: (copied: Sighted & { readonly run: Sought }) => "more" | "stop"): void {
    let isOver = false;
    for (const part of this.#parts) {
      const store = part.index.tokens.untrusted;
      if (isOver) return;
      if (store.length === 0) continue;
      this.#leaf.copied(textsOf(store, part.size), this.#budget, (segment, how, run) => {
        const verdict = visit({ place: new Place(part, segment.text, run, this.#budget), how, run });
        isOver ||= verdict === "stop";
        return verdict;
      });
    }
  }
}

function isEndorsed({ source }: Place): boolean {
  return isTrusted(source);
}

function hasUntrusted({ index, size }: IndexPart): boolean {
  return size > 0 && index.tokens.untrusted.length > 0;
}
