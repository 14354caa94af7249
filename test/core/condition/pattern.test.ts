import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../runs.ts";
import { readItems } from "../../../packages/core/src/condition/pattern/item.ts";
import { nativeSource } from "../../../packages/core/src/condition/pattern/native.ts";
import { compilePattern } from "../../../packages/core/src/condition/pattern/pattern.ts";

function isNative(source: string): boolean {
  const items = readItems(source);
  return items !== undefined && nativeSource(items) !== undefined;
}

const character = fc.oneof(
  fc.constantFrom("a", "b", "0", "_", "-", "@", " ", "/", ",", ":", "\\.", "\\d", "\\w", "\\s", "\\-", "\\\\", "\\$", "\\_", "."),
  fc.constantFrom(
    "[a-c]",
    "[^a-c]",
    "[0-9_.]",
    "[a-]",
    "[^\\s@]",
    "[\\w.-]",
    "[\\d\\-]",
    "[+*?]",
    "[a-cA-C0]",
    "[z-a]",
    "[a-b-c]",
    "[$^.]",
    "[ -~]",
    "[+--]",
    "[b--a-]",
    String.raw`[+-\-]`,
  ),
);
const count = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  fc.constantFrom("?", "*", "+", "{2}", "{01}", "{1,02}", "{0,2}", "{1,3}", "{2,}", "{3,2}", "{,2}", "+?", "**", "{2}{3}", "{1001}"),
);
const pattern = fc
  .tuple(fc.constantFrom("", "^"), fc.array(fc.tuple(character, count), { maxLength: 6 }), fc.constantFrom("", "$"))
  .map(([start, items, end]) => start + items.flat().join("") + end);
const text = fc.string({
  unit: fc.constantFrom("a", "b", "c", "A", "0", "9", "_", "-", "@", ".", " ", "\n", "\r", "\u2028", "é", "𝒳", "$", "\\", "/", ",", "+"),
  maxLength: 24,
});

/** What the library says, or that it takes no such pattern. */
function byLibrary(source: string, subject: string): boolean | "refused" {
  try {
    // a group is nothing that ours takes for itself
    return compilePattern(`(?:${source})`)(subject);
  } catch {
    return "refused";
  }
}

function byOurs(source: string, subject: string): boolean | "refused" {
  try {
    return compilePattern(source)(subject);
  } catch {
    return "refused";
  }
}

describe("patterns", () => {
  it("finds what the library finds, and refuses what it refuses", () => {
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 4, maxLength: 4 }), (source, subjects) => {
        for (const subject of subjects) expect(byOurs(source, subject), JSON.stringify([source, subject])).toBe(byLibrary(source, subject));
      }),
      runs(3_000),
    );
  });

  it.each([
    String.raw`^[A-Z]{2}[0-9]+$`,
    String.raw`^[a-z0-9.]+@corp\.example$`,
    String.raw`^https://[^/]+/`,
    String.raw`^\w+-\d{4}$`,
    "^ab?c",
    "invoice",
    String.raw`[0-9]{16}`,
    "",
  ])("looks for `%s` with the engine's own RegExp", (source) => {
    expect(isNative(source)).toBe(true);
  });

  it.each([
    "(a+)+$",
    "a|b",
    "^a*a$",
    "^a?a?a",
    "^[a-z]+.*x",
    "^.*.*=$",
    "[a-z]+[0-9]",
    "a{40}",
    "(?i)abc",
    String.raw`\bab`,
    String.raw`\pL`,
    "[[:alpha:]]",
    "é",
    "a+?",
    "^a{01}$",
    "^a{1,02}$",
    "[+--]",
    String.raw`[+-\-]`,
  ])("leaves `%s` to the library, as it might go back far or means something else there", (source) => {
    expect(isNative(source)).toBe(false);
  });
});
