import type { WordProbe } from "../probe.ts";
import { LONGEST_PHRASE, PHRASES, SUSPICIOUS } from "./phrases.ts";
import { CLASSES } from "./vocabulary.ts";

/** What words have to do with phrases: made once. */
export interface PhraseBook {
  /** for each word the ids of its classes */
  readonly words: ReadonlyMap<string, readonly number[]>;
  /** for each class the places in phrases where it is wanted, later steps of a phrase first */
  readonly places: ReadonlyMap<number, readonly Place[]>;
  readonly suspicious: ReadonlySet<number>;
  /** the class of words that are models' own */
  readonly machine: number;
  /** how many steps all phrases have */
  readonly steps: number;
}

interface Place {
  /** where the step is remembered; the one before it is at `slot - 1` */
  readonly slot: number;
  readonly first: boolean;
  readonly gap: number;
  /** whether a comma or colon must follow */
  readonly called: boolean;
  readonly done: { readonly kind: string; readonly confidence: number } | undefined;
}

/** Prepares the phrases. */
export function compilePhrases(): PhraseBook {
  const ids = new Map(Object.keys(CLASSES).map((name, id) => [name, id]));
  const words = new Map<string, number[]>();
  for (const [id, list] of Object.values(CLASSES).entries())
    for (const word of new Set(list.split(/\s+/))) words.set(word, [...(words.get(word) ?? []), id]);
  const places = new Map<number, Place[]>();
  let slot = 0;
  for (const { kind, confidence, steps } of PHRASES) {
    for (const [at, [name, gap = 0]] of steps.entries()) {
      const called = name.endsWith(",");
      const id = ids.get(called ? name.slice(0, -1) : name) ?? -1;
      const done = at === steps.length - 1 ? { kind, confidence } : undefined;
      places.set(id, [{ slot: slot++, first: at === 0, gap, called, done }, ...(places.get(id) ?? [])]);
    }
  }
  const suspicious = new Set(SUSPICIOUS.map((name) => ids.get(name) ?? -1));
  return { words, places, suspicious, machine: ids.get("machine") ?? -1, steps: slot };
}

/** Follows the words of one text: for each step of each phrase the last word that reached it. Time for a word does not depend on the text. */
export function matchPhrases(book: PhraseBook, suspect: (at: number, words: number) => void): WordProbe {
  const reached = new Float64Array(book.steps).fill(Number.NEGATIVE_INFINITY);
  const begun = new Int32Array(book.steps);
  return (text, { word, start, end, index }, report) => {
    for (const id of book.words.get(word) ?? []) {
      if (book.suspicious.has(id)) suspect(start, id);
      for (const { slot, first, gap, called, done } of book.places.get(id) ?? []) {
        if (called && !isCalled(text, end)) continue;
        const from = first ? start : (begun[slot - 1] ?? 0);
        if (!first && (index <= at(reached, slot - 1) || index - at(reached, slot - 1) > gap || end - from > LONGEST_PHRASE)) continue;
        reached[slot] = index;
        begun[slot] = from;
        if (done !== undefined) report(done.kind, from, end, done.confidence);
      }
    }
  };
}

function at(reached: Float64Array, slot: number): number {
  return reached[slot] ?? Number.NEGATIVE_INFINITY;
}

function isCalled(text: string, end: number): boolean {
  const next = text.charAt(end);
  return next !== "" && ",:;，：!".includes(next);
}
