import { expect, test } from "vitest";
import { evaluate, load, problemsOf } from "./sample.ts";

const outcomes = { T: "args.t", F: "args.f", E: "args.missing", N: "args.n" } as const;
const args = { t: true, f: false, n: 1 };
type Letter = keyof typeof outcomes;

/** Left and right operand (true, false, an error, a number) and what `&&` and `||` make of them: the decisive value wins over any error. */
const table: readonly (readonly [Letter, Letter, boolean | "error", boolean | "error"])[] = [
  ["T", "T", true, true],
  ["T", "F", false, true],
  ["T", "E", "error", true],
  ["T", "N", "error", true],
  ["F", "T", false, true],
  ["F", "F", false, false],
  ["F", "E", false, "error"],
  ["F", "N", false, "error"],
  ["E", "T", "error", true],
  ["E", "F", false, "error"],
  ["E", "E", "error", "error"],
  ["E", "N", "error", "error"],
  ["N", "T", "error", true],
  ["N", "F", false, "error"],
  ["N", "E", "error", "error"],
  ["N", "N", "error", "error"],
];

test.each(table)("%s with %s: && %s, || %s", (left, right, and, or) => {
  expect(evaluate(`${outcomes[left]} && ${outcomes[right]}`, args)).toBe(and);
  expect(evaluate(`${outcomes[left]} || ${outcomes[right]}`, args)).toBe(or);
});

test("a long chain absorbs like a short one", () => {
  const chain = [...Array.from({ length: 9 }, () => outcomes.E), outcomes.F];
  for (let shift = 0; shift < chain.length; shift++) {
    const turned = [...chain.slice(shift), ...chain.slice(0, shift)];
    expect(evaluate(turned.join(" && "), args)).toBe(false);
    expect(evaluate(turned.join(" || "), args)).toBe("error");
  }
});

test("exists and all absorb over their elements, the others do not", () => {
  const mixed = { l: [1, "a", 3] };
  expect(evaluate("args.l.exists(x, x == 3)", mixed)).toBe(true);
  expect(evaluate("args.l.exists(x, x == 4)", mixed)).toBe("error");
  expect(evaluate("args.l.all(x, x == 1)", mixed)).toBe(false);
  expect(evaluate("args.l.all(x, x > 0)", mixed)).toBe("error");
  expect(evaluate("args.l.exists_one(x, x == 1)", mixed)).toBe("error");
  expect(evaluate("args.l.filter(x, x == 1) == [1]", mixed)).toBe("error");
});

test("`!` and `?:` absorb nothing", () => {
  expect(evaluate("!args.missing", args)).toBe("error");
  expect(evaluate("args.missing ? true : true", args)).toBe("error");
});

test("what is constant is known at load", () => {
  expect(load("args.x && false").constant).toBe(false);
  expect(load("true || args.x").constant).toBe(true);
  expect(load("1 / 0 > 1 || true").constant).toBe(true);
  expect(load("args.a && args.b && !true").constant).toBe(false);
  expect(load("true ? 'a' : args.x").constant).toBe("a");
  expect(load("[1, 2].map(x, x + 1)").constant).toEqual([2, 3]);
  expect(load("size('abc') == 3 ? null : 1").constant).toBe(null);
  expect(load("true && args.x").constant).toBeUndefined();
  expect(load("[1].exists(x, args.y)").constant).toBeUndefined();
  expect(load("[args.y].exists(x, [2].exists(y, x == y))").constant).toBeUndefined();
});

test("what always fails does not load", () => {
  expect(problemsOf("1 / 0 == 1")).toEqual(["the condition always fails: division by zero"]);
  expect(problemsOf("args.x + 1 / 0")).toEqual(["the condition always fails: division by zero"]);
  expect(problemsOf("{'a': 1}.b")).toEqual(["the condition always fails: there is no `{'a': 1}.b`"]);
  expect(problemsOf("[1][args.i] == [2][3]")).toEqual(["the condition always fails: a list has no element `3`"]);
});
