import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compileGlob, globCovers, globsOverlap, literalLength } from "../../../packages/core/src/condition/glob.ts";

const pattern = fc.string({ unit: fc.constantFrom("a", "b", ".", "*"), maxLength: 7 });
const word = fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 9 });

/** The words of up to five characters over the alphabet of the patterns, to try instead of all. */
const words = Array.from({ length: 5 }).reduce<readonly string[]>(longer, [""]);

function longer(known: readonly string[]): readonly string[] {
  return [...new Set(known.flatMap((one) => [one, `${one}a`, `${one}b`, `${one}.`]))];
}

test("a glob matches what the regular expression matches", () => {
  fc.assert(
    fc.property(pattern, word, (glob, text) => {
      const expression = glob
        .split("*")
        .map((part) => part.replaceAll(".", "\\."))
        .join("[^]*");
      expect(compileGlob(glob)(text)).toBe(new RegExp(`^${expression}$`).test(text));
    }),
    { numRuns: 2000 },
  );
});

test("two globs overlap where one word matches both", () => {
  fc.assert(
    fc.property(pattern, pattern, (a, b) => {
      const [inA, inB] = [compileGlob(a), compileGlob(b)];
      if (words.some((one) => inA(one) && inB(one))) expect(globsOverlap(a, b)).toBe(true);
      if (!globsOverlap(a, b)) expect(words.some((one) => inA(one) && inB(one))).toBe(false);
      expect(globsOverlap(a, b)).toBe(globsOverlap(b, a));
    }),
    { numRuns: 500 },
  );
});

test("an overlap is shown by a word", () => {
  fc.assert(
    fc.property(pattern, pattern, (a, b) => {
      if (!globsOverlap(a, b)) return;
      const [headA = "", headB = ""] = [a.split("*")[0], b.split("*")[0]];
      const [tailA = "", tailB = ""] = [a.split("*").at(-1), b.split("*").at(-1)];
      const head = headA.length > headB.length ? headA : headB;
      const tail = tailA.length > tailB.length ? tailA : tailB;
      const inner = [a, b].map((glob) => glob.split("*").slice(1, -1).join(""));
      const witness = a.includes("*") ? (b.includes("*") ? head + inner.join("") + tail : b) : a;
      expect(compileGlob(a)(witness) && compileGlob(b)(witness)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test("one glob covers another where it matches every word that the other matches", () => {
  fc.assert(
    fc.property(pattern, pattern, (a, b) => {
      const [inA, inB] = [compileGlob(a), compileGlob(b)];
      const counterexample = words.some((one) => inB(one) && !inA(one));
      if (globCovers(a, b)) expect(counterexample).toBe(false);
      if (counterexample) expect(globCovers(a, b)).toBe(false);
    }),
    { numRuns: 500 },
  );
  expect(globCovers("*", "a*b")).toBe(true);
  expect(globCovers("a*", "a*b")).toBe(true);
  expect(globCovers("a*b", "a*")).toBe(false);
  expect(globCovers("a**b", "a*b")).toBe(true);
  expect(globCovers("crm.*", "crm.get")).toBe(true);
});

test("the literal part is every character but the stars", () => {
  expect(literalLength("crm.*")).toBe(4);
  expect(literalLength("*🐱*")).toBe(1);
  expect(literalLength("**")).toBe(0);
});

test("hostile texts and patterns take linear time", () => {
  expect(compileGlob(`*${"a".repeat(5000)}b*`)("a".repeat(1_000_000))).toBe(false);
  expect(compileGlob("*a".repeat(5000))("a".repeat(4999))).toBe(false);
});
