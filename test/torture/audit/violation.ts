/** What must never be found. */
export const VIOLATIONS = [
  "an effect without a claim",
  "an effect without an allow",
  "an effect without a live approval",
  "an effect that no human said yes to",
  "an effect with other args",
  "an effect for another principal",
  "a doubled effect",
  "a call claimed twice",
  "a claim left open",
  "a claim after an unknown outcome",
  "a claim given up before its lease was over",
  "a broken chain",
  "a time that runs back",
  "an answer that is not on record",
  "answers that contradict each other",
  "an approval that is lost",
  "a verdict that is lost",
  "a verdict of nobody",
  "an exceeded limit",
  "an uncounted call",
  "a call counted twice",
] as const;

export type ViolationKind = (typeof VIOLATIONS)[number];

/** Something that must not be. */
export interface Violation {
  readonly kind: ViolationKind;
  readonly where: string;
}
