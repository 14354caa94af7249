import { compileSearch, type Search } from "./search.ts";

/** A glob, ready to match: `*` stands for any text, every other character for itself. */
type GlobMatcher = (text: string) => boolean;

/** Compiles a glob; matching takes time linear in the text. */
export function compileGlob(pattern: string): GlobMatcher {
  const [head = "", ...rest] = pattern.split("*");
  const tail = rest.pop();
  if (tail === undefined) return (text) => text === pattern;
  const inner = rest.filter((part) => part !== "").map(compileSearch);
  if (inner.length > 0) return (text) => enclosedBy(text, head, tail) && inOrder(text, head.length, text.length - tail.length, inner);
  return (text) => enclosedBy(text, head, tail);
}

/** How many characters of a glob stand for themselves. */
export function literalLength(pattern: string): number {
  return Array.from(pattern.replaceAll("*", "")).length;
}

/** Whether one name can match both globs. */
export function globsOverlap(a: string, b: string): boolean {
  if (!a.includes("*")) return compileGlob(b)(a);
  if (!b.includes("*")) return compileGlob(a)(b);
  const [headA, headB] = [a.slice(0, a.indexOf("*")), b.slice(0, b.indexOf("*"))];
  const [tailA, tailB] = [a.slice(a.lastIndexOf("*") + 1), b.slice(b.lastIndexOf("*") + 1)];
  const heads = headA.startsWith(headB) || headB.startsWith(headA);
  return heads && (tailA.endsWith(tailB) || tailB.endsWith(tailA));
}

/** Whether `a` matches every name that `b` matches. */
export function globCovers(a: string, b: string): boolean {
  // no literal of `a` is a star, so the stars of `b` only ever fall under stars of `a`, where any text may stand
  return compileGlob(a)(b);
}

function enclosedBy(text: string, head: string, tail: string): boolean {
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
}

function inOrder(text: string, start: number, end: number, parts: readonly Search[]): boolean {
  let from = start;
  for (const search of parts) {
    from = search(text, from, end);
    if (from < 0) return false;
  }
  return true;
}
