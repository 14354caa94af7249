import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileExpression } from "../../../packages/core/src/condition/compile.ts";
import { ConditionError } from "../../../packages/core/src/condition/fault.ts";
import { ANY_JSON } from "../../../packages/core/src/condition/term/yield.ts";
import { DYN } from "../../../packages/core/src/condition/type.ts";
import type { Json } from "../../../packages/core/src/value.ts";
import differences from "./cel-differences.json" with { type: "json" };
import { factsWith } from "./sample.ts";

interface Case {
  readonly file: string;
  readonly section: string;
  readonly name: string;
  readonly expr: string;
  readonly bindings?: { readonly [name: string]: Json };
  readonly value?: Json;
  readonly error?: true;
}

const data = process.env["SALLYPORT_DATA"];
const cases: readonly Case[] = data === undefined ? [] : readCases(`${data}/cel/cel-conformance.jsonl`);
const different = new Set(Object.values(differences).flat());
const keyOf = (one: Case): string => `${one.file}/${one.section}/${one.name}`;

test.skipIf(data === undefined)("every official CEL case passes, but for those that differ by a reason of POLICY.md", () => {
  const failing = cases.filter((one) => !different.has(keyOf(one)) && !passes(one));
  expect(failing.map((one) => [keyOf(one), one.expr, outcome(one)])).toEqual([]);
});

test.skipIf(data === undefined)("every case that is listed as different is one, and differs", () => {
  const really = new Set(cases.filter((one) => !passes(one)).map(keyOf));
  expect([...different].filter((key) => !really.has(key))).toEqual([]);
});

test.skipIf(data === undefined)("how many apply is said, and why the others do not", () => {
  const sections = new Set(cases.map(({ file, section }) => `${file}/${section}`));
  const passing = cases.filter(passes).length;
  const left = Object.entries(differences).map(([reason, keys]) => ({
    reason,
    count: cases.filter((one) => keys.includes(keyOf(one))).length,
  }));
  const lines = left.map(({ reason, count }) => `  ${count} left out: ${reason}`);
  console.info([`official CEL cases: ${cases.length} in ${sections.size} sections, ${passing} pass`, ...lines].join("\n"));
  expect(left.reduce((sum, { count }) => sum + count, passing)).toBe(cases.length);
});

if (data === undefined) test.skip("the official CEL cases are not here: set SALLYPORT_DATA", () => undefined);

function readCases(file: string): readonly Case[] {
  return readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line): Case => JSON.parse(line));
}

function passes(one: Case): boolean {
  const actual = outcome(one);
  if (one.error === true) return actual === undefined;
  return actual !== undefined && same(actual, one.value ?? null);
}

/** What the case yields; undefined where it fails, at load or later. */
function outcome(one: Case): Json | undefined {
  const names = Object.entries(one.bindings ?? {}).map(([name, value]) => [name, { type: DYN, load: () => value }] as const);
  const compiled = compileExpression(one.expr, new Map(names), ANY_JSON);
  if (!compiled.ok) return undefined;
  try {
    return compiled.expression.evaluate(factsWith({}));
  } catch (error) {
    if (error instanceof ConditionError) return undefined;
    throw error;
  }
}

/** JSON equality: the order of keys and the sign of zero do not matter. */
function same(a: Json, b: Json): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
