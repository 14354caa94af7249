import type { Scalar } from "./leaf.ts";

/** Numbers below it stand in most texts. */
const SMALL = 32;
const SHORTEST = 3;
const COMMON: ReadonlySet<string> = new Set(
  (
    "the and for you your are was not with this that from have has all any can but his her its our out one two new now see get " +
    "who how yes true false null none low high medium open closed default other text html json name date time today tomorrow " +
    "admin user public private read write home main test email mail message file data list ok okay please thanks hello"
  ).split(" "),
);

/** Whether a leaf is short or common, so that where it was seen proves little. */
export function isWeak(leaf: Scalar): boolean {
  if (typeof leaf === "number") return Number.isInteger(leaf) && Math.abs(leaf) < SMALL;
  if (typeof leaf !== "string") return true;
  const text = leaf.trim().toLowerCase();
  return Array.from(text).length < SHORTEST || COMMON.has(text);
}
