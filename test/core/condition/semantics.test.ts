import { expect, test } from "vitest";
import { evaluate, factsWith, load, problemsOf } from "./sample.ts";
import type { Json, JsonObject } from "../../../packages/core/src/value.ts";

const args: JsonObject = {
  n: 2,
  half: 1.5,
  zero: 0,
  s: "añ🐱b",
  yes: true,
  none: null,
  list: [1, 2, 3],
  words: ["a", "b"],
  mixed: [1, "a", null],
  deep: { a: { b: [1, { x: 2 }] } },
  "odd key": 1,
};

/** Conditions over the args above, and what they yield. */
const table: readonly (readonly [string, Json])[] = [
  // one number type
  ["1 == 1.0", true],
  ["args.n == 2.0", true],
  ["args.half < args.n", true],
  ["5 / 2", 2.5],
  ["5.5 % 2", 1.5],
  ["-7 % 3", -1],
  ["1u + 1", 2],
  [".5 + 0x10", 16.5],
  ["args.list[1.0]", 2],
  // comparing different types is an error; null may be compared, but not ordered
  ["args.n == args.s", "error"],
  ["args.n != args.s", "error"],
  ['args.n == dyn("2")', "error"],
  ['args.yes == dyn("true")', "error"],
  ["args.list == args.deep", "error"],
  ["args.n < args.s", "error"],
  ["args.none == 1", false],
  ["args.none != 1", true],
  ["args.none == null", true],
  ["args.n == null", false],
  ["args.none < 3", "error"],
  ["args.list < args.list", "error"],
  // `in` as `exists` finds it
  ['"a" in args.words', true],
  ['"c" in args.words', false],
  ["args.n in args.words", "error"],
  ['"a" in args.mixed', true],
  ['"b" in args.mixed', "error"],
  ["null in args.mixed", true],
  ["args.none in args.words", false],
  ["args.none in [1, 2]", false],
  ["args.n in [1, 2]", true],
  ['args.n in ["a"]', "error"],
  ["args.yes in [true, false]", true],
  ['"a" in args.deep', true],
  ['"constructor" in args.deep', false],
  ["args.n in args.deep", "error"],
  ["args.n in args.n", "error"],
  // deep comparison
  ['args.deep == {"a": {"b": [1, {"x": 2}]}}', true],
  ['args.deep == {"a": {"b": [1, {"x": 3}]}}', false],
  ['args.deep == {"b": 1}', false],
  ["args.list == [1, 2]", false],
  ['args.list == [1, 2, "3"]', "error"],
  ['args.list == [1, 0, "3"]', false],
  ["args.list == [1, 2, null]", false],
  // missing things
  ["args.missing", "error"],
  ["args.deep.a.c", "error"],
  ["args.n.b", "error"],
  ["args.none.b", "error"],
  ["args.list[3]", "error"],
  ["args.list[-1]", "error"],
  ["args.list[0.5]", "error"],
  ['args.list["0"]', "error"],
  ["args.list.length", "error"],
  ["args.s[0]", "error"],
  ["args.constructor", "error"],
  ["args.toString", "error"],
  ['args["__proto__"]', "error"],
  ['args["odd key"]', 1],
  ["args.`odd key`", 1],
  // has
  ["has(args.n)", true],
  ["has(args.none)", true],
  ["has(args.missing)", false],
  ["has(args.missing.b.c)", false],
  ["has(args.n.b)", false],
  ["has(args.none.b)", false],
  ["has(args.list.length)", false],
  ["has(args.deep.a.b)", true],
  ["has(args.deep.a.b[1].x)", true],
  ["has(args.deep.a.b[7].x)", false],
  ["has(args.constructor)", false],
  ["has(args.deep.toString)", false],
  // numbers that are none
  ["1 / args.zero", "error"],
  ["1 % args.zero", "error"],
  ["1e308 * args.n * 10", "error"],
  ["-1e308 - 1e308 * args.n", "error"],
  // strings
  ["size(args.s)", 4],
  ["args.s.size()", 4],
  ["args.s + args.s == 'añ🐱bañ🐱b'", true],
  ["args.s.startsWith('añ') && args.s.endsWith('b') && args.s.contains('🐱')", true],
  ["'\\U0001F431' > '\\uFFFD'", true],
  ["args.s + 1", "error"],
  // lists and objects
  ["args.list + [4] == [1, 2, 3, 4]", true],
  ["{'a': 1, 'b': [args.n]}", { a: 1, b: [2] }],
  ["{args.s: 1}", { "añ🐱b": 1 }],
  ["{args.n: 1}", "error"],
  ["size({'a': 1})", 1],
  // macros
  ["args.list.all(x, x > 0)", true],
  ["args.list.exists(x, x == 2)", true],
  ["args.list.exists_one(x, x > 2)", true],
  ["args.list.filter(x, x > 1)", [2, 3]],
  ["args.list.map(x, x * 2)", [2, 4, 6]],
  ["args.list.map(x, x > 1, x * 2)", [4, 6]],
  ["args.list.all(x, args.list.exists(y, y == x))", true],
  ["args.list.all(x, [7].exists(x, [x].all(y, y == 7)) && x < 4)", true],
  ["args.list.exists(args, args == 2)", true],
  ["args.deep.all(key, key == 'a')", true],
  ["args.n.all(x, true)", "error"],
  ["args.list.filter(x, dyn(x))", "error"],
  // other
  ["args.yes ? 1 : args.missing", 1],
  ["args.n ? 1 : 2", "error"],
  ["!args.n", "error"],
  ["-args.s", "error"],
  ["min(3, args.n, 5) + max(args.list)", 5],
  ["min(args.words)", "error"],
  ["min([])", "error"],
  ["string(args.half) + string(true)", "1.5true"],
  ["bool('t') && int('7') == 7 && double('1e2') == 100 && uint(1.9) == 1", true],
];

test.each(table)("%s", (source, wanted) => {
  const known = problemsOf(source);
  // a condition without args is computed at load, where an error is a load error
  const actual = known.length > 0 && !source.includes("args") ? "error" : evaluate(source, args);
  expect(actual).toEqual(wanted);
});

test("literals of other kinds on both sides do not load", () => {
  expect(problemsOf('1 == "1"')).toEqual(["a number cannot be compared with a string"]);
  expect(problemsOf("true < 1")).toEqual(["a boolean cannot be compared with a number"]);
  expect(problemsOf("args.n < null")).toEqual(["null has no order"]);
  expect(problemsOf('1 in "abc"')).toEqual(["`in` takes a list or an object, not a string"]);
});

test("an own key that is called like an inherited one is found", () => {
  expect(evaluate("args.constructor == 1 && has(args.toString)", { constructor: 1, toString: 2 })).toBe(true);
});

test("inherited members do not count, whoever put them there", () => {
  const root = Reflect.getPrototypeOf({}) ?? {};
  Reflect.defineProperty(root, "polluted", { value: 1, configurable: true });
  try {
    expect(evaluate("args.polluted")).toBe("error");
    expect(evaluate("has(args.polluted) || 'polluted' in args")).toBe(false);
  } finally {
    Reflect.deleteProperty(root, "polluted");
  }
});

test("a made object has no key `__proto__`", () => {
  expect(evaluate("{args.k: 1}", { k: "__proto__" })).toBe("error");
});

test("an expression may be evaluated while another is, and leaves nothing behind", () => {
  const inner = load("args.list.map(x, x + 1)");
  const facts = factsWith({ list: [1, 2] });
  expect(inner.evaluate(facts)).toEqual([2, 3]);
  expect(inner.evaluate(factsWith({ list: [5] }))).toEqual([6]);
  expect(inner.evaluate(facts)).toEqual([2, 3]);
});
