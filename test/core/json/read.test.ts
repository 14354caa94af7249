import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Reading, readJson } from "../../../packages/core/src/json/read.ts";
import { jsonValue } from "./values.ts";

const ARGS = {
  tolerate: [
    ["call", "args"],
    ["verdict", "args"],
  ],
};

describe("readJson", () => {
  it("reads as JSON.parse does what JSON.stringify wrote", () => {
    fc.assert(
      fc.property(jsonValue(), fc.constantFrom(undefined, 1, "\t"), (value, space) => {
        expect(readJson(` ${JSON.stringify(value, null, space)}\r\n`)).toEqual({ ok: true, value, defects: [] });
      }),
    );
  });

  it("refuses what JSON.parse refuses, wherever a text was damaged", () => {
    const damaged = fc.tuple(
      jsonValue(),
      fc.nat(),
      fc.constantFrom("", '"', "\\", ",", "}", "]", "{", ":", "1", "-", ".", "e", "\n", "\u0007", "x"),
    );
    fc.assert(
      fc.property(damaged, ([value, place, mark]) => {
        const text = JSON.stringify(value);
        const at = place % (text.length + 1);
        const broken = text.slice(0, at) + mark + text.slice(at + 1);
        const reading = readJson(broken);
        if (reading.ok) expect(reading.value).toEqual(JSON.parse(broken));
        else expect(isDefect(reading) || !parses(broken), `${broken}: ${reading.problem.message}`).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["", "a value should stand here, not the end"],
    ["{} x", "the end should stand here, not `x`"],
    ["[1,]", "a value should stand here, not `]`"],
    ["[1 2]", "`,` or `]` should stand here, not `2`"],
    ['{"a":1,}', "a key in quotes should stand here, not `}`"],
    ["{a:1}", "a key in quotes should stand here, not `a`"],
    ['{"a" 1}', "`:` should stand here, not `1`"],
    ['{"a":1 "b"}', '`,` or `}` should stand here, not `"`'],
    ["01", "the end should stand here, not `1`"],
    ["1.", "the end should stand here, not `.`"],
    ["+1", "a value should stand here, not `+`"],
    ["nul", "a value should stand here, not `n`"],
    ["NaN", "a value should stand here, not `N`"],
    ["'a'", "a value should stand here, not `'`"],
    ["\ufeff1", "a value should stand here, not `\ufeff`"],
    ['"a', "the string does not end"],
    ['"\\', "an escape is not one of JSON's"],
    ['"\\x41"', "an escape is not one of JSON's"],
    ['"\\u12g4"', "an escape is not one of JSON's"],
    ['"\\u12"', "an escape is not one of JSON's"],
    ['"a\nb"', "a control character stands in a string"],
  ])("names what is wrong with %j", (text, message) => {
    expect(readJson(text)).toMatchObject({ ok: false, problem: { message } });
    expect(parses(text)).toBe(false);
  });

  it("tells where a problem is", () => {
    expect(readJson('{\n  "ä": [1,\n\t  tru]}')).toEqual({
      ok: false,
      problem: { message: "a value should stand here, not `t`", offset: 16, line: 3, column: 4 },
    });
  });

  it.each([
    ['{"a":1,"a":1}', "the key `a` stands twice"],
    ['{"a":1,"\\u0061":2}', "the key `a` stands twice"],
    ['{"toString":1,"toString":2}', "the key `toString` stands twice"],
    ['{"__proto__":{}}', "`__proto__` is not a key of an object"],
    ['{"\\u005f_proto__":1}', "`__proto__` is not a key of an object"],
    ["1e999", "a number is not finite"],
    ["-1e999", "a number is not finite"],
    ["1e16", "an integer is beyond ±(2^53−1)"],
    ["9007199254740993", "an integer is beyond ±(2^53−1)"],
    ["-9007199254740992", "an integer is beyond ±(2^53−1)"],
    ["9007199254740993.0", "an integer is beyond ±(2^53−1)"],
    ["900719925474099.3e1", "an integer is beyond ±(2^53−1)"],
    ['"\\ud800"', "a string has a lone surrogate"],
    ['"\ud800"', "a string has a lone surrogate"],
    ['"x\\udc00y"', "a string has a lone surrogate"],
    ['"\\ude00\\ud83d"', "a string has a lone surrogate"],
    ['{"\\ud800":1}', "a string has a lone surrogate"],
    ["[".repeat(65) + "]".repeat(65), "the value is deeper than 64 levels"],
    ['{"a":'.repeat(65) + "1" + "}".repeat(65), "the value is deeper than 64 levels"],
  ])("finds the defect of %s", (text, message) => {
    expect(readJson(text)).toMatchObject({ ok: false, problem: { message } });
    expect(readJson(`{"call":{"id":"c","args":{"in":${text}},"x":[1]}}`, ARGS)).toEqual({
      ok: true,
      value: { call: { id: "c", args: null, x: [1] } },
      defects: [{ path: ["call", "args"], message }],
    });
    for (const elsewhere of [
      `{"call":${text}}`,
      `{"args":${text}}`,
      `{"call":[{"args":${text}}]}`,
      `{"call":{"other":{"args":${text}}}}`,
    ]) {
      expect(readJson(elsewhere, ARGS).ok).toBe(false);
    }
  });

  it.each([
    "9007199254740991",
    "-9007199254740991",
    "1e15",
    "0.1",
    "-0.0",
    "1e-400",
    '"\\ud83d\\ude00"',
    '"\ud83d\ude00"',
    "[".repeat(64) + "]".repeat(64),
  ])("has nothing against %s", (text) => {
    expect(readJson(text)).toEqual({ ok: true, value: JSON.parse(text), defects: [] });
  });

  it("counts levels from 1 in a tolerated place, and what stands beside it from the top", () => {
    const levels = (n: number): string => "[".repeat(n) + "]".repeat(n);
    const text = (args: number, beside: number): string => `{"call":{"args":${levels(args)},"beside":${levels(beside)}}}`;
    expect(readJson(text(64, 62), ARGS)).toMatchObject({ ok: true, defects: [] });
    expect(readJson(text(65, 62), ARGS)).toMatchObject({ ok: true, defects: [{ path: ["call", "args"] }] });
    expect(readJson(text(64, 63), ARGS)).toMatchObject({ ok: false });
    expect(readJson(`{"call":{"args":${levels(65)}},"verdict":{"args":{"a":1,"a":2}}}`, ARGS)).toMatchObject({
      value: { call: { args: null }, verdict: { args: null } },
      defects: [{ path: ["call", "args"] }, { path: ["verdict", "args"], message: "the key `a` stands twice" }],
    });
  });

  it("does not tolerate errors of syntax, or the key of the place itself standing twice", () => {
    expect(readJson('{"call":{"args":{"a":1,"a":2,}}}', ARGS)).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining("a key") },
    });
    expect(readJson('{"call":{"args":{},"args":{}}}', ARGS)).toMatchObject({
      ok: false,
      problem: { message: "the key `args` stands twice" },
    });
    expect(readJson('{"call":{"args":{}},"call":{"args":{}}}', ARGS)).toMatchObject({
      ok: false,
      problem: { message: "the key `call` stands twice" },
    });
  });

  it("makes plain objects, whatever the names of their members", () => {
    const reading = readJson('{"constructor":1,"hasOwnProperty":{"valueOf":2}}');
    expect(reading).toEqual({ ok: true, value: { constructor: 1, hasOwnProperty: { valueOf: 2 } }, defects: [] });
    expect(readJson('{"call":{"args":{"__proto__":{"polluted":1}}}}', ARGS).ok).toBe(true);
    expect("polluted" in {}).toBe(false);
  });

  it("takes any depth without a stack overflow, and long texts in linear time", () => {
    const deep = "[".repeat(50_000) + "]".repeat(50_000);
    const deepObject = '{"a":'.repeat(50_000) + "1" + "}".repeat(50_000);
    for (const args of [deep, deepObject]) {
      expect(readJson(args).ok).toBe(false);
      expect(readJson(`{"call":{"args":${args}}}`, ARGS)).toMatchObject({ ok: true, value: { call: { args: null } } });
      expect(readJson(`{"call":{"args":${args.slice(0, -1)}}}`, ARGS).ok).toBe(false);
    }
    for (const text of [`"${"\\n".repeat(1_000_000)}"`, "1".repeat(2_000_000), `[${"1,".repeat(500_000)}1]`, `"${"\\".repeat(1_000_000)}"`])
      readJson(text);
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isDefect(reading: Reading): boolean {
  return !reading.ok && /twice|__proto__|finite|beyond|surrogate|deeper/.test(reading.problem.message);
}
