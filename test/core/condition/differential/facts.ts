import * as fc from "fast-check";
import type { Facts } from "../../../../packages/core/src/condition/facts.ts";
import type { Json, JsonObject } from "../../../../packages/core/src/value.ts";
import { factsWith } from "../sample.ts";

/**
 * Characters that texts are made of: escapes, quotes, pairs of surrogates, what looks like syntax. None from U+E000 on stands
 * beside pairs (see `textOrder`).
 */
const CHARACTERS = ["a", "b", "A", "1", "-", ".", " ", "&&", "===", "'", '"', "\\", "\n", "`", "//", "é", "ß", "e\u0301", "\u{1F600}"];

/** Any short text. */
export function text(): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 4 }).map((parts) => parts.join(""));
}

/** Any number that args can have; no -0, which is read as 0. */
export function number(): fc.Arbitrary<number> {
  const edges = fc.constantFrom(0, 1, -1, 2, 0.5, 9_007_199_254_740_991, -9_007_199_254_740_991, 1e300, -5e-324, 0.1, 1e-7);
  return fc
    .oneof(edges, fc.integer({ min: -9, max: 9 }), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }))
    .map((n) => n + 0);
}

/** Facts of a call whose members are mostly of the kind that their name says, at times of another, and at times missing. */
export function facts(): fc.Arbitrary<Facts> {
  const scalar = fc.oneof(text(), number(), fc.boolean(), fc.constant(null));
  const anything = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 2 },
      scalar,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom("x", "y", "length"), tie("value"), { maxKeys: 3 }).map((object) => ({ ...object })),
    ),
  })).value;
  const mostly = <T extends Json>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<Json> = scalar): fc.Arbitrary<Json> =>
    fc.oneof({ arbitrary: usual, weight: 8 }, { arbitrary: other, weight: 1 });
  const object = fc.record<Record<string, Json>>(
    { x: anything, y: fc.oneof(fc.record({ z: anything }, { noNullPrototype: true }), anything) },
    { requiredKeys: [] },
  );
  const args = fc.record(
    {
      num: mostly(number()),
      num2: mostly(number()),
      str: mostly(text()),
      str2: mostly(text()),
      flag: mostly(fc.boolean()),
      list: mostly(fc.array(text(), { maxLength: 4 }), anything),
      nums: mostly(fc.array(number(), { maxLength: 4 }), anything),
      mixed: mostly(fc.array(anything, { maxLength: 4 }), anything),
      obj: mostly(object.map(plain), anything),
      nothing: fc.constant(null),
    },
    { requiredKeys: ["num", "str", "flag"], noNullPrototype: true },
  );
  const level = fc.option(number(), { nil: undefined });
  return fc
    .record({
      args: args.map(plain),
      labels: fc.array(text(), { maxLength: 3 }),
      level,
      now: fc.integer({ min: 0, max: 4_102_444_800_000 }),
    })
    .map((made) =>
      factsWith(made.args, {
        now: made.now,
        principal: { id: "ann", roles: ["support", "lead"], ...(made.level === undefined ? {} : { level: made.level }) },
        session: {
          id: "s1",
          labels: made.labels,
          steps: [{ tool: "t", effect: "read", decision: "allow", labels: [], rows: 3, bytes: 13 }],
        },
      }),
    );
}

function plain(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  const known = Object.entries(members).flatMap(([key, value]): [string, Json][] => (value === undefined ? [] : [[key, value]]));
  return Object.fromEntries(known);
}
