import * as fc from "fast-check";
import type { Json } from "../../../packages/core/src/value.ts";

/** Any JSON value of ours: safe numbers, whole strings, no `__proto__`. */
export function jsonValue(): fc.Arbitrary<Json> {
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ maxLength: 3 }));
  const key = fc.oneof(text, fc.constantFrom("constructor", "toString", "10", "9", "")).filter((name) => name !== "__proto__");
  const number = fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }));
  return fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom<Json>(null, true, false),
      text,
      number.map((n) => (n === 0 ? 0 : n)),
      fc.array(tie("value"), { maxLength: 4 }),
      fc
        .uniqueArray(fc.tuple(key, tie("value")), { selector: ([name]) => name, maxLength: 4 })
        .map((members) => Object.fromEntries(members)),
    ),
  })).value;
}
