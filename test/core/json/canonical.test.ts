import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonical, sortedKeys, utf8Length } from "../../../packages/core/src/json/canonical.ts";
import type { Json } from "../../../packages/core/src/value.ts";
import { jsonValue } from "./values.ts";

const vectors = join(process.env["SALLYPORT_DATA"] ?? "../shared/data", "rfc8785");

describe("canonical", () => {
  it.skipIf(!existsSync(vectors))(
    "writes the vectors of RFC 8785 byte for byte (set SALLYPORT_DATA to the data folder to run this)",
    () => {
      const names = readdirSync(join(vectors, "input"));
      expect(names.length).toBeGreaterThan(4);
      for (const name of names) {
        const value = JSON.parse(readFileSync(join(vectors, "input", name), "utf8"));
        expect(Buffer.from(canonical(value))).toEqual(readFileSync(join(vectors, "output", name)));
      }
    },
  );

  it.each([
    [{ b: 1, a: { d: [], c: {} } }, '{"a":{"c":{},"d":[]},"b":1}'],
    [{ 10: "ten", 9: "nine", "": 0 }, '{"":0,"10":"ten","9":"nine"}'],
    [{ "\ue000": 1, "\u{1f600}": 2 }, '{"\u{1f600}":2,"\ue000":1}'],
    [[-0, 1.0, 1e21, 1e-7, 123456789012, true, null], "[0,1,1e+21,1e-7,123456789012,true,null]"],
    ['"\\\u0000\u001f\n/ü', '"\\"\\\\\\u0000\\u001f\\n/ü"'],
  ])("writes %j", (value, text) => {
    expect(canonical(value)).toBe(text);
  });

  it("is the same for equal values, in whatever order their members came", () => {
    fc.assert(fc.property(jsonValue(), (value) => canonical(reversed(value)) === canonical(value)));
  });

  it("is JSON that reads as the value, and different for different values", () => {
    fc.assert(
      fc.property(jsonValue(), jsonValue(), (a, b) => {
        expect(JSON.parse(canonical(a))).toEqual(a);
        expect(canonical(a) === canonical(b)).toBe(equal(a, b));
      }),
    );
  });

  it("keeps lone surrogates apart, and refuses numbers that are not finite", () => {
    expect(new Set(["\ud800", "\ud801", "\ufffd", "\\ud800"].map((text) => canonical({ b: text, a: text }))).size).toBe(4);
    expect(() => canonical({ b: [Number.NaN], a: 1 })).toThrow("`NaN` is not a JSON number");
    expect(() => canonical(Number.POSITIVE_INFINITY)).toThrow("`Infinity`");
  });
});

describe("sortedKeys and utf8Length", () => {
  it("order by UTF-16 code units, and count bytes", () => {
    expect(sortedKeys({ b: 1, a: 1, 10: 1, 9: 1, B: 1 })).toEqual(["10", "9", "B", "a", "b"]);
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => utf8Length(text) === Buffer.byteLength(text)));
  });
});

function reversed(value: Json): Json {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).toReversed()) : part,
  );
}

function equal(a: unknown, b: unknown): boolean {
  try {
    expect(a).toEqual(b);
    return true;
  } catch {
    return false;
  }
}
