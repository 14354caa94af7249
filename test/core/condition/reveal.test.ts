import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { USES } from "../../../packages/core/src/condition/expression.ts";
import { factsWith, load, problemsOf } from "./sample.ts";
import type { Json } from "../../../packages/core/src/value.ts";

const redacted = new Map([
  ["[EMAIL_1]", "ann@example.com"],
  ["[EMAIL_11]", "eve@evil.example"],
  ["[CARD_1]", "[EMAIL_1]"],
  ["[EMAIL_1", "never: the longer one stands there"],
]);
const reveal = (x: Json, known: ReadonlyMap<string, string> = redacted): Json =>
  load("reveal(args.x)").evaluate(factsWith({ x }, { redacted: known }));

describe("reveal", () => {
  it.each<[Json, Json]>([
    ["[EMAIL_1]", "ann@example.com"],
    ["to [EMAIL_1], [EMAIL_11] and [EMAIL_1]", "to ann@example.com, eve@evil.example and ann@example.com"],
    // one pass: what stands behind a placeholder is no placeholder
    ["[CARD_1]", "[EMAIL_1]"],
    ["[EMAIL_2] [email_1] EMAIL_1]", "[EMAIL_2] [email_1] EMAIL_1]"],
    ["[[EMAIL_1]]", "[ann@example.com]"],
    ["", ""],
    [
      { to: ["[EMAIL_1]", { cc: "[EMAIL_11]" }], n: 1, b: true, none: null },
      { to: ["ann@example.com", { cc: "eve@evil.example" }], n: 1, b: true, none: null },
    ],
    // a key names a member of the tool's args and no value
    [{ "[EMAIL_1]": 1 }, { "[EMAIL_1]": 1 }],
    [JSON.parse('{"__proto__":"[EMAIL_1]"}'), JSON.parse('{"__proto__":"ann@example.com"}')],
    [7, 7],
    [null, null],
  ])("%j → %j", (hidden, revealed) => expect(reveal(hidden)).toEqual(revealed));

  it("leaves everything as it is where nothing was redacted", () => {
    expect(load("reveal(args.x)").evaluate(factsWith({ x: "[EMAIL_1]" }))).toBe("[EMAIL_1]");
    expect(reveal("[EMAIL_1]", new Map())).toBe("[EMAIL_1]");
    expect(reveal("[EMAIL_1]", new Map([["", "x"]]))).toBe("[EMAIL_1]");
  });

  test("text without placeholders stays, whatever it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json: Json = JSON.parse(JSON.stringify(value));
        expect(reveal(json)).toEqual(json);
      }),
    );
  });

  it("takes steps by the length of texts and values, so that it ends", () => {
    expect(() => reveal("x".repeat(200_000))).toThrow("more than 100000 steps");
    expect(() => reveal("[EMAIL_1]".repeat(2_000), new Map([["[EMAIL_1]", "x".repeat(1_000)]]))).toThrow("more than 100000 steps");
    expect(() => reveal("[".repeat(60_000))).toThrow("more than 100000 steps");
  });

  it("stands in the values of `set` alone", () => {
    for (const use of USES) {
      const problems = problemsOf("reveal(args.x) == 'a'", { use });
      if (use === "set") expect(problems).toEqual([]);
      else
        expect(problems[0]).toContain(
          use === "when-input" || use === "when-output" ? "`args` is not known" : "`reveal` cannot be called here",
        );
    }
    expect(problemsOf("reveal(now)", { use: "set" })).toEqual([
      "`reveal` takes null, a boolean, a number, a string, a list or an object, not a timestamp",
    ]);
  });

  it("reads what was redacted, so that nothing of it is known before", () => {
    expect([...load("reveal('[EMAIL_1]')").reads]).toEqual(["redacted"]);
    expect(load("reveal('[EMAIL_1]')").constant).toBeUndefined();
  });
});
