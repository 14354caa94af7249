import type { Characters, Item, Items } from "./item.ts";

/** How long what is found may be at most where it may stand anywhere: each place in the text is tried. */
const SHORT = 32;

/**
 * The source of a RegExp with the flag `u` that finds the same; undefined where it might not be linear in the text. It is
 * where nothing that may stand behind an item of no fixed count can stand for that item too: then there is one way to match
 * from a start, and going back along an item fails at once everywhere. And there is one start, or each takes few steps.
 */
export function nativeSource({ start, end, items }: Items): string | undefined {
  const longest = items.reduce((sum, { most }) => sum + most, 0);
  if (!start && longest > SHORT) return undefined;
  if (items.some((item, at) => item.least < item.most && items.slice(at + 1, reachOf(items, at)).some((next) => overlap(item.of, next.of))))
    return undefined;
  return `${start ? "^" : ""}${items.map((item) => classOf(item.of) + countOf(item)).join("")}${end ? "$" : ""}`;
}

/** Behind the first item after one that has to be there. */
function reachOf(items: readonly Item[], at: number): number {
  const next = items.findIndex(({ least }, index) => index > at && least > 0);
  return next < 0 ? items.length : next + 1;
}

function overlap(a: Characters, b: Characters): boolean {
  return (a.others && b.others) || a.ascii.some((there, code) => there && b.ascii[code] === true);
}

/** Each character by its code: nothing of it has a meaning of its own. */
function classOf({ ascii, others }: Characters): string {
  const codes = ascii.flatMap((there, code) => (there === others ? [] : [code]));
  const [only] = codes;
  return codes.length === 1 && only !== undefined && !others ? escapeOf(only) : `[${others ? "^" : ""}${rangesOf(codes)}]`;
}

function rangesOf(codes: readonly number[]): string {
  const first = codes.filter((code) => !codes.includes(code - 1));
  const last = codes.filter((code) => !codes.includes(code + 1));
  return first.map((code, index) => `${escapeOf(code)}-${escapeOf(last[index] ?? code)}`).join("");
}

function escapeOf(code: number): string {
  return `\\u${code.toString(16).padStart(4, "0")}`;
}

function countOf({ least, most }: Item): string {
  if (least === 1 && most === 1) return "";
  return `{${least},${most === Number.POSITIVE_INFINITY ? "" : most}}`;
}
