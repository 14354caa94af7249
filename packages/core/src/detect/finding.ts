/** What a detector found in a text. */
export interface Finding {
  /** the detector's name in the policy: `pii`, `secrets`, `prompt_injection`, `urls`, or a custom one */
  readonly detector: string;
  /** what it is: `email`, `iban`, `private-key`, `hidden-text`, `opaque`, … */
  readonly kind: string;
  /** offsets in UTF-16 units, the end exclusive */
  readonly start: number;
  readonly end: number;
  /** from 0 to 1 */
  readonly confidence: number;
}

/**
 * Finds things in a text: pure, in time linear in it. Findings come in order of their start, and those of one detector do
 * not overlap. Throws where it runs out of its bound; whoever asks then denies.
 */
export type Detect = (text: string) => readonly Finding[];
