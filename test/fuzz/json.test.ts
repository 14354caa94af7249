import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseArgs, parseArgsText } from "../../packages/core/src/json/args.ts";
import { canonical } from "../../packages/core/src/json/canonical.ts";
import { copyJson } from "../../packages/core/src/json/copy.ts";
import { readJson } from "../../packages/core/src/json/read.ts";
import { isObject, type Json } from "../../packages/core/src/value.ts";
import { jsonValue } from "../core/json/values.ts";
import { runs, within } from "../runs.ts";
import { anyText, mutated, partsOf } from "./mutation.ts";
import { TRACES } from "./seeds.ts";
import { watchdog } from "./watchdog.ts";

const dog = watchdog("the reading of JSON");

/** Texts that are JSON or nearly: as it is written, with slips, with keys twice, deep, with numbers of any spelling. */
const LINES = TRACES.flatMap((trace) => trace.split("\n")).filter((line) => line !== "");
const SPELT = fc.oneof(
  fc.double().map(String),
  fc
    .tuple(fc.constantFrom("", "-"), fc.nat(), fc.option(fc.nat()), fc.option(fc.integer({ min: -330, max: 330 })))
    .map(([sign, whole, part, power]) => [sign, whole, part === null ? "" : `.${part}`, power === null ? "" : `e${power}`].join("")),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
);
const KEY = fc.oneof(
  fc.constantFrom('"a"', '"\\u0061"', '"__proto__"', '"__pr\\u006fto__"', '"constructor"', '"\\ud800"', '"\\ud83d\\ude00"', '""'),
  fc.string().map((key) => JSON.stringify(key)),
);
const WRITTEN = fc.letrec<{ text: string }>((tie) => ({
  text: fc.oneof(
    { maxDepth: 6 },
    SPELT,
    fc.constantFrom("null", "true", '"\u{1F600}"', '"\\ud83d"', '"\\ud83d\\ude00"', '"\ud800"', '" "', "[]", "{}"),
    fc.string({ unit: "binary" }).map((value) => JSON.stringify(value)),
    fc.array(tie("text"), { maxLength: 3 }).map((items) => `[ ${items.join(",")}]`),
    fc
      .array(fc.tuple(KEY, tie("text")), { maxLength: 3 })
      .map((members) => `{${members.map(([key, value]) => `${key}: ${value}`).join(",\n")}}`),
    fc.tuple(fc.integer({ min: 1, max: 80 }), tie("text")).map(([depth, inner]) => "[".repeat(depth) + inner + "]".repeat(depth)),
  ),
})).text;
const TEXTS: readonly [string, fc.Arbitrary<string>, number][] = [
  ["written in any way", WRITTEN, 1500],
  ["written in any way, with slips", fc.array(WRITTEN, { minLength: 1, maxLength: 4 }).chain(mutated), 1500],
  ["lines of traces with slips", mutated(LINES), 1500],
  ["any text", anyText(), 1500],
];

describe("a JSON text is read as what it says, or not at all", () => {
  it.each(TEXTS)("%s", { timeout: within(30_000) }, (_, texts, short) => {
    fc.assert(
      fc.property(texts, (text) => dog.watch(text, () => checkText(text))),
      runs(short),
    );
  });

  it.each(TEXTS)("as args: %s", { timeout: within(30_000) }, (_, texts, short) => {
    fc.assert(
      fc.property(texts, (text) => dog.watch(text, () => checkArgs(text))),
      runs(short),
    );
  });
});

/** The reader and JSON.parse take the same texts, save for defects; and what was read reads as itself. */
function checkText(text: string): void {
  const reading = readJson(text);
  const plain = parsed(text);
  if (!reading.ok) {
    expect(isPlace(text, reading.problem), reading.problem.message).toBe(true);
    expect(plain === undefined || defective(text, plain.value), reading.problem.message).toBe(true);
    return;
  }
  expect(plain, "JSON.parse refuses it").toBeDefined();
  expect(defects(plain?.value), "it has a defect").toEqual([]);
  expect(JSON.stringify(reading.value)).toBe(JSON.stringify(plain?.value));
  checkCanonical(reading.value);
}

/** Args are what their canonical text says, deep-frozen, and nobody else's. */
function checkArgs(text: string): void {
  const args = parseArgsText(text);
  if (!args.ok) {
    expect(args.reason).not.toBe("");
    return;
  }
  const again = parseArgsText(canonical(args.args));
  expect(again).toEqual(args);
  expect(partsOf(args.args).every((part) => typeof part !== "object" || Object.isFrozen(part))).toBe(true);
  const copied = parseArgs(JSON.parse(text));
  expect(copied.ok && canonical(copied.args)).toBe(canonical(args.args));
}

function checkCanonical(value: Json): void {
  const text = canonical(value);
  const again = readJson(text, { depth: 100 });
  expect(again.ok && canonical(again.value)).toBe(text);
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
}

function parsed(text: string): { readonly value: Json } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Whether a text that JSON.parse reads has what makes it unfit: seen in the value, or lost in it (a key twice, a number that was rounded). */
function defective(text: string, value: Json): boolean {
  return defects(value).length > 0 || keysIn(text) > count(value);
}

/** What makes a value unfit, by names. */
function defects(value: unknown, depth = 1): readonly string[] {
  if (typeof value === "string") return value.isWellFormed() ? [] : ["lone surrogate"];
  if (typeof value === "number")
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)) ? [] : ["number"];
  if (typeof value !== "object" || value === null) return [];
  const keys = Array.isArray(value) ? [] : Object.keys(value);
  const own = [...(depth > 64 ? ["depth"] : []), ...keys.flatMap((key) => (key === "__proto__" ? ["__proto__"] : defects(key)))];
  return [...own, ...Object.values(value).flatMap((part) => defects(part, depth + 1))];
}

/** How many members a text writes: colons outside of strings. */
function keysIn(text: string): number {
  return text.replaceAll(/"(?:\\[^]|[^"\\])*"/g, "").split(":").length - 1;
}

function count(value: Json): number {
  return partsOf(value).reduce<number>((sum, part) => sum + (isObject(part) ? Object.keys(part).length : 0), 0);
}

function isPlace(text: string, { line, column }: { readonly line: number; readonly column: number }): boolean {
  const length = text.split("\n")[line - 1]?.length;
  return length !== undefined && column >= 1 && column <= length + 1;
}

describe("canonical JSON", () => {
  it("is the same text for equal values alone, and reads as the value", { timeout: within(30_000) }, () => {
    fc.assert(
      fc.property(jsonValue(), jsonValue(), (a, b) => {
        checkCanonical(a);
        expect(canonical(shuffled(a))).toBe(canonical(a));
        expect(canonical([a, b]) === canonical([b, a])).toBe(canonical(a) === canonical(b));
      }),
      runs(1000),
    );
  });

  it("keeps every number that it takes, bit for bit; -0 is 0", { timeout: within(30_000) }, () => {
    const bits = new DataView(new ArrayBuffer(8));
    const double = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((pattern) => {
      bits.setBigUint64(0, pattern);
      return bits.getFloat64(0);
    });
    fc.assert(
      fc.property(
        fc.oneof(
          double,
          fc.double(),
          fc.integer().map((n) => n / 1000),
        ),
        (number) => {
          const copy = copyJson(number);
          const taken = Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number));
          expect(copy.ok).toBe(taken);
          if (!copy.ok) return;
          const reading = readJson(canonical(copy.value));
          expect(reading.ok && Object.is(reading.value, number === 0 ? 0 : number)).toBe(true);
        },
      ),
      runs(3000),
    );
  });

  it("takes no value of another kind for JSON", { timeout: within(30_000) }, () => {
    const odd = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
      withNullPrototype: true,
      withObjectString: true,
    });
    fc.assert(
      fc.property(odd, (value) => {
        const copy = copyJson(value);
        if (!copy.ok) {
          expect(copy.reason).not.toBe("");
          return;
        }
        expect(defects(copy.value)).toEqual([]);
        checkCanonical(copy.value);
        const again = copyJson(copy.value);
        expect(again).toEqual(copy);
        expect(canonical(copy.value)).toBe(canonical(JSON.parse(JSON.stringify(value))));
      }),
      runs(2000),
    );
  });
});

function shuffled(value: Json): Json {
  if (!isObject(value)) return Array.isArray(value) ? value.map(shuffled) : value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, shuffled(member)]),
  );
}
