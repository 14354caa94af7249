import { compileDetectors } from "@sallyport/core/testing";
import { timeOf } from "./measure.ts";
import { HOSTILE, mailText } from "./texts.ts";

/** What all built-in detectors together cost on 10 KB of a text. */
export interface DetectorCost {
  readonly text: string;
  /** microseconds */
  readonly time: number;
}

/** Measures clean text and texts that were made to be slow. */
export function measureDetectors(): readonly DetectorCost[] {
  const detect = compileDetectors(["pii", "secrets", "prompt_injection", "urls"], []);
  const clean = mailText(10_240, 7).replaceAll(/\S+@\S+|https?:\S+/g, "word");
  const texts = { "clean text": clean, "mail with addresses and links": mailText(10_240, 7), ...HOSTILE };
  return Object.entries(texts).map(([text, content]) => ({ text, time: timeOf(() => detect(content)) }));
}
