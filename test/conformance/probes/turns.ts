import type { ScriptedModel, Turn } from "@sallyport/conformance";

/** A model that says one turn after the other, and then the last one for ever. */
export function oneAfterTheOther(...turns: readonly Turn[]): ScriptedModel {
  let at = 0;
  return { next: () => turns[Math.min(at++, turns.length - 1)] ?? [] };
}
