import { expect, test } from "vitest";
import { StepsExceeded } from "../../../packages/core/src/condition/fault.ts";
import type { JsonObject } from "../../../packages/core/src/value.ts";
import { factsWith, load, problemsOf } from "./sample.ts";

const numbers = (length: number): readonly number[] => Array.from({ length }, (_, index) => index);
const text = (length: number): string => "y".repeat(length);

/** Conditions that take more than 100,000 steps over these args, and that fit where the args are a tenth. */
const table: readonly (readonly [string, (size: number) => JsonObject])[] = [
  ["args.l.all(x, x >= 0)", (size) => ({ l: numbers(size) })],
  ["args.l.exists(x, x < 0)", (size) => ({ l: numbers(size) })],
  ["args.l.map(x, x + 1) == []", (size) => ({ l: numbers(size) })],
  ["args.l.filter(x, x > 1) == []", (size) => ({ l: numbers(size) })],
  ["args.l.exists_one(x, x > 1)", (size) => ({ l: numbers(size) })],
  ["args.s + args.s == 'x'", (size) => ({ s: text(size) })],
  ["args.s.contains('x')", (size) => ({ s: text(size) })],
  ["args.s.matches('(a+)+$')", (size) => ({ s: text(size) })],
  ["size(args.s) == 0", (size) => ({ s: text(size) })],
  ["args.s == args.t", (size) => ({ s: text(size), t: text(size) })],
  ["args.s < args.t", (size) => ({ s: text(size), t: text(size) })],
  ["args.l + args.l == []", (size) => ({ l: numbers(size) })],
  ["args.l == args.m", (size) => ({ l: numbers(size), m: numbers(size) })],
  ["-1 in args.l", (size) => ({ l: numbers(size) })],
  ["args.x in args.l", (size) => ({ x: -1, l: numbers(size) })],
  ["args.o == args.o", (size) => ({ o: Object.fromEntries(numbers(size).map((n) => [`k${n}`, n])) })],
  ["glob(args.s, '*x*')", (size) => ({ s: text(size) })],
  ["glob('abc', args.s)", (size) => ({ s: text(size) })],
  ["args.s.startsWith(args.t)", (size) => ({ s: text(size), t: text(size) })],
  ["inside(args.s, 'a')", (size) => ({ s: text(size) })],
  ["min(args.l) == 1", (size) => ({ l: numbers(size) })],
];

test.each(table)("%s is charged by size", (source, argsOf) => {
  const expression = load(source, { use: "when" });
  expect(() => expression.evaluate(factsWith(argsOf(110_000)))).toThrow(StepsExceeded);
  expect(() => expression.evaluate(factsWith(argsOf(5000)))).not.toThrow();
});

test("no `&&`, `||`, `exists` or `all` absorbs it", () => {
  const facts = factsWith({ s: text(110_000), f: false, t: true, l: [1, 2] });
  const heavy = "args.s.contains('x')";
  const absorbing = [
    `${heavy} && args.f`,
    `${heavy} || args.t`,
    `args.l.exists(x, ${heavy} || x == 2)`,
    `args.l.all(x, ${heavy} && x == 2)`,
  ];
  for (const source of absorbing) {
    expect(() => load(source, { use: "when" }).evaluate(facts)).toThrow(StepsExceeded);
  }
});

test("loops multiply", () => {
  const facts = factsWith({ l: numbers(400) });
  expect(() => load("args.l.all(x, args.l.all(y, args.l.all(z, z >= 0)))").evaluate(facts)).toThrow(StepsExceeded);
});

test("long strings are free where an operation does not look through them", () => {
  const facts = factsWith({ s: text(1_000_000), l: numbers(200_000) });
  expect(load("args.s.startsWith('yy') && args.s.endsWith('y') && args.s != 'y' && has(args.s)").evaluate(facts)).toBe(true);
  expect(load("size(args.l) == 200000 && args.l[199999] == 199999 && args.l.exists(x, x == 7)").evaluate(facts)).toBe(true);
});

test("a constant that takes too long does not load", () => {
  const list = `[${numbers(100).join(",")}]`;
  const source = `${list}.all(x, ${list}.all(y, ${list}.all(z, x + y + z >= 0)))`;
  expect(problemsOf(source)).toEqual(["the condition always fails: the condition takes more than 100000 steps"]);
});

test("a hostile pattern is linear", () => {
  const expression = load("args.s.matches('(a+)+$')", { use: "when" });
  expect(expression.evaluate(factsWith({ s: `${"a".repeat(99_000)}b` }))).toBe(false);
  expect(() => expression.evaluate(factsWith({ s: `${"a".repeat(100_000)}b` }))).toThrow(StepsExceeded);
});
