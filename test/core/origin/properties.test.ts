import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OriginIndex } from "../../../packages/core/src/origin/origin-index.ts";
import { viewOrigins, type OriginView } from "../../../packages/core/src/origin/origin-view.ts";
import { printer } from "../../../packages/core/src/origin/print.ts";

const KEY = "000102030405060708090a0b0c0d0e0f";
const print = printer(KEY);

/** Texts that often share words: of few words, marks and odd characters. */
const words = "a b ab bob eve x example 1 42 4.2e1 007 -5 é É ß ſ Ａ а \u0301 \u200b 👍 漢 ٣ \n \t \u00a0".split(" ");
const marks = ["@", ".", "-", "_", "#", "/", " ", "  ", '"', "'", "\\", "\\n", '\\"', "%40", "&amp;", ","];
const piece = fc.constantFrom(...words, ...marks);
const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));

function viewOf(kind: "user" | "external", written: string): OriginView {
  const index = new OriginIndex(KEY);
  index.add({ kind }, print(written));
  return viewOrigins([{ index, size: 1 }]);
}

/** POLICY.md's sentence, as slowly and plainly as can be. */
function stands(leaf: string, written: string): boolean {
  const [sought, whole] = [plain(leaf).trim(), plain(written)];
  if (sought === "") return false;
  for (let at = whole.indexOf(sought); at >= 0; at = whole.indexOf(sought, at + 1)) {
    if (!/[\p{L}\p{N}]$/u.test(whole.slice(0, at)) && !/^[\p{L}\p{N}]/u.test(whole.slice(at + sought.length))) return true;
  }
  return false;
}

function plain(written: string): string {
  return written
    .normalize("NFKC")
    .replaceAll(/\\+[nrtbfv]/gi, " ")
    .replaceAll(/["'\\]/g, "\u{f0000}")
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/\u{f0000}+/gu, "'")
    .replaceAll(/ ?' ?/g, (quotes) => (quotes.includes(" ") ? " " : "'"));
}

describe("origins by value", () => {
  it("sees no value in a user message that does not stand there", () => {
    fc.assert(
      fc.property(text, text, (leaf, written) => {
        fc.pre(leaf !== "");
        const seen = viewOf("user", written).isFromUser(leaf);
        // quotes are nothing to the index, so that it may only differ where they stand
        if (seen && !/["'\\]/.test(leaf + written)) expect(stands(leaf, written)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it("sees a value that was put between spaces or marks", () => {
    fc.assert(
      fc.property(text, text, text, (leaf, before, after) => {
        fc.pre(/[a-z0-9]/i.test(leaf));
        const view = viewOf("user", `${before} ${leaf} ${after}`);
        // a combining mark in front belongs to what is before it, an escape at an end to what is beside it
        fc.pre(!/^\p{M}|\\|["']/u.test(leaf + before + after));
        expect(view.isFromUser(leaf)).toBe(true);
        expect(view.isUnseen(leaf)).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  it("sees in outside text all that it would see in a user message", () => {
    fc.assert(
      fc.property(text, text, (leaf, written) => {
        fc.pre(leaf !== "");
        if (viewOf("user", written).isFromUser(leaf)) expect(viewOf("external", written).isFromUntrusted(leaf)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it("sees numbers by their value", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(viewOf("user", `pay ${number} now`).isFromUser(number)).toBe(true);
        expect(viewOf("user", JSON.stringify({ n: number })).isFromUser(number)).toBe(true);
      }),
    );
  });

  it("never throws on what texts and values hold", () => {
    const anything = fc.string({ unit: "binary", maxLength: 200 });
    fc.assert(
      fc.property(anything, anything, (leaf, written) => {
        const view = viewOf("external", written);
        view.isFromUntrusted([leaf, { [leaf]: leaf }]);
        view.sightings(leaf);
      }),
      { numRuns: 1000 },
    );
  });
});
