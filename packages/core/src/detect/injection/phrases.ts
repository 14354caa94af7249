import type { KindOf } from "../names.ts";
import type { WordClass } from "./vocabulary.ts";

/** Words of certain classes in a certain order, each at most so many words behind the one before. */
export interface Phrase {
  readonly kind: KindOf<"prompt_injection">;
  readonly confidence: number;
  /** a gap of 1: the very next word */
  readonly steps: readonly (readonly [words: WordClass | `${WordClass},`, gap?: number])[];
}

/** Instructions to a model, as far as they can be told by their words. `machine,` is such a word before a comma or colon. */
export const PHRASES: readonly Phrase[] = [
  { kind: "override", confidence: 0.9, steps: [["ignore"], ["prior", 5], ["instructions", 5]] },
  { kind: "override", confidence: 0.9, steps: [["ignore"], ["instructions", 5], ["prior", 3]] },
  { kind: "override", confidence: 0.8, steps: [["ignore"], ["everything", 3], ["told", 6]] },
  { kind: "override", confidence: 0.7, steps: [["not"], ["obey", 2], ["prior", 3], ["instructions", 3]] },
  { kind: "override", confidence: 0.8, steps: [["new"], ["instructions", 2], ["override", 5], ["prior", 5]] },
  { kind: "persona", confidence: 0.8, steps: [["you"], ["are", 1], ["now", 1], ["role", 5]] },
  { kind: "persona", confidence: 0.7, steps: [["from"], ["now", 1], ["on", 1], ["you", 1], ["obey", 2]] },
  { kind: "persona", confidence: 0.7, steps: [["act"], ["role", 5], ["without", 8], ["limits", 3]] },
  { kind: "persona", confidence: 0.8, steps: [["god"], ["mode", 1], ["active", 3]] },
  { kind: "persona", confidence: 0.8, steps: [["active"], ["god", 2], ["mode", 1]] },
  { kind: "persona", confidence: 0.7, steps: [["role"], ["without", 4], ["limits", 3]] },
  { kind: "prompt-leak", confidence: 0.8, steps: [["reveal"], ["system", 4], ["prompt", 2]] },
  { kind: "prompt-leak", confidence: 0.7, steps: [["reveal"], ["prior", 3], ["instructions", 2], ["received", 3]] },
  { kind: "secrecy", confidence: 0.85, steps: [["not"], ["tell", 2], ["user", 5]] },
  { kind: "secrecy", confidence: 0.85, steps: [["tell"], ["user", 2], ["not", 4]] },
  { kind: "bypass", confidence: 0.9, steps: [["system"], ["prompt", 1], ["received", 4], ["was", 4], ["sham", 7]] },
  { kind: "bypass", confidence: 0.8, steps: [["system"], ["prompt", 1], ["was", 2], ["sham", 6]] },
  { kind: "bypass", confidence: 0.8, steps: [["prior"], ["system", 2], ["prompt", 1], ["sham", 6]] },
  { kind: "addressed", confidence: 0.8, steps: [["if"], ["you", 1], ["are", 1], ["a", 2], ["machine", 4]] },
  { kind: "addressed", confidence: 0.8, steps: [["if"], ["you", 1], ["a", 1], ["machine", 2], ["are", 1]] },
  { kind: "addressed", confidence: 0.7, steps: [["if"], ["you", 1], ["are", 1], ["a", 2], ["helper", 4], ["action", 10]] },
  { kind: "addressed", confidence: 0.8, steps: [["attention"], ["machine", 4], ["helper,", 2]] },
  { kind: "addressed", confidence: 0.8, steps: [["attention"], ["machine,", 4]] },
  { kind: "addressed", confidence: 0.7, steps: [["attention"], ["helper,", 3], ["action", 8]] },
  { kind: "addressed", confidence: 0.75, steps: [["machine"], ["please", 3], ["action", 4]] },
  { kind: "addressed", confidence: 0.75, steps: [["machine,"], ["action", 4]] },
  { kind: "addressed", confidence: 0.7, steps: [["helper,"], ["please", 2], ["action", 5]] },
  { kind: "addressed", confidence: 0.7, steps: [["machine"], ["helper,", 1], ["action", 6]] },
];

/** Words that make a hidden text one for a model. */
export const SUSPICIOUS: readonly WordClass[] = ["ignore", "instructions", "machine", "helper", "action", "system"];

/** The longest phrase in characters: what is further apart is no phrase. */
export const LONGEST_PHRASE = 400;
