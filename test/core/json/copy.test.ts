import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseArgs, parseArgsText } from "../../../packages/core/src/json/args.ts";
import { canonical } from "../../../packages/core/src/json/canonical.ts";
import { copyJson } from "../../../packages/core/src/json/copy.ts";
import { jsonValue } from "./values.ts";

describe("copyJson", () => {
  it("copies JSON values, frozen through and through", () => {
    fc.assert(
      fc.property(jsonValue(), (value) => {
        const copy = copyJson(value);
        expect(copy).toEqual({ ok: true, value });
        if (copy.ok) expectFrozen(copy.value, value);
      }),
    );
  });

  it("never throws, and copies nothing that JSON would write otherwise", () => {
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
      withUnicodeString: true,
    });
    fc.assert(
      fc.property(anything, (value) => {
        const copy = copyJson(value);
        if (copy.ok) expect(JSON.parse(canonical(copy.value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 1000 },
    );
  });

  it("leaves out members that are undefined, unnamed or hidden, and writes -0 as 0", () => {
    const value = { a: undefined, b: -0, c: [-0], [Symbol("d")]: 1, e: Object.create(null) };
    Object.defineProperty(value, "f", { value: () => 1, enumerable: false });
    const copy = copyJson(value);
    expect(copy).toEqual({ ok: true, value: { b: 0, c: [0], e: {} } });
    expect(copy.ok && canonical(copy.value)).toBe('{"b":0,"c":[0],"e":{}}');
  });

  const cycle: Record<string, unknown> = {};
  cycle["self"] = { cycle };
  class Money {
    amount = 1;
  }

  it.each<[string, unknown]>([
    ["a function", { f: () => 1 }],
    ["its own toJSON", { toJSON: () => ({ harmless: true }) }],
    ["a getter", Object.defineProperty({}, "a", { get: () => expect.fail("called"), enumerable: true })],
    ["a getter in a list", Object.defineProperty([1], 0, { get: () => expect.fail("called"), enumerable: true })],
    ["a symbol", { s: Symbol("s") }],
    ["a bigint", { n: 1n }],
    ["NaN", { n: Number.NaN }],
    ["infinity", [Number.NEGATIVE_INFINITY]],
    ["an unsafe integer", { n: 2 ** 53 }],
    ["a large double", { n: -1e300 }],
    ["a lone surrogate", { s: "a\ud800" }],
    ["a lone surrogate in a key", { "\udc00": 1 }],
    ["the key __proto__", JSON.parse('{"a":{"__proto__":{"x":1}}}')],
    ["undefined in a list", [undefined]],
    ["undefined", undefined],
    ["a hole in a list", Object.assign([1], { 2: 3 })],
    ["a list with a property", Object.assign([1], { extra: 1 })],
    ["a list of a class", new (class List extends Array {})()],
    ["a date", { d: new Date(0) }],
    ["a map", new Map([["a", 1]])],
    ["a boxed string", [Object("s")]],
    ["bytes", { b: new Uint8Array(2) }],
    ["an instance", new Money()],
    ["an error", new Error("e")],
    ["an object with a prototype", Object.create({ inherited: 1 })],
    ["an object of another realm", runInNewContext("({ a: 1 })")],
    ["a cycle", cycle],
    [
      "a proxy that throws",
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new TypeError("no");
          },
        },
      ),
    ],
    [
      "a proxy that throws what is no error",
      new Proxy([], {
        getPrototypeOf: () => {
          throw undefined;
        },
      }),
    ],
    ["a revoked proxy", revoked()],
    ["a regular expression's match", /a/.exec("a")],
    ["65 levels", nested(65)],
    ["20,000 levels", nested(20_000)],
    ["more than 1 MiB", { s: "x".repeat(1024 * 1024 - 7) }],
    ["more than 1 MiB of UTF-8", { s: "ü".repeat(600_000) }],
    ["more than 1 MiB of escapes", { s: "\u0001".repeat(200_000) }],
    ["a long list", Array.from({ length: 600_000 }, () => 1)],
    ["a very long list", Object.assign([], { length: 2 ** 32 - 1 })],
    ["a billion laughs", laughs()],
  ])("refuses %s", (_, value) => {
    const copy = copyJson(value);
    expect(copy).toEqual({ ok: false, reason: expect.stringMatching(/^[a-z]/) });
  });

  it("takes 64 levels and 1 MiB", () => {
    expect(copyJson(nested(64)).ok).toBe(true);
    const copy = copyJson({ s: "x".repeat(1024 * 1024 - 8) });
    expect(copy.ok && canonical(copy.value).length).toBe(1024 * 1024);
    expect(copyJson({ s: "\u0001".repeat(170_000) }).ok).toBe(true);
    expect(copyJson("x".repeat(2_000_000), { depth: 64, bytes: 3_000_000 }).ok).toBe(true);
  });

  it("refuses a large value before it goes through it", () => {
    const value = { s: "ü".repeat(10_000_000) };
    for (let n = 0; n < 1000; n++) copyJson(value);
  });

  it("copies members whose names Object.prototype holds frozen", () => {
    const prototype: object = Object.prototype;
    Object.defineProperty(prototype, "frozen", { value: 1, writable: false, configurable: true });
    try {
      expect(copyJson({ frozen: 2, toString: 3 })).toEqual({ ok: true, value: { frozen: 2, toString: 3 } });
    } finally {
      Reflect.deleteProperty(prototype, "frozen");
    }
  });
});

describe("parseArgs", () => {
  it("takes one object", () => {
    expect(parseArgs({ a: [1] })).toEqual({ ok: true, args: { a: [1] } });
    for (const input of [[1], 5, "{}", null, undefined, true]) expect(parseArgs(input).ok).toBe(false);
  });

  it("takes the text of one object, read strictly", () => {
    expect(parseArgsText('{"a":[1.0]}')).toEqual({ ok: true, args: { a: [1] } });
    expect(parseArgsText('{"a":1,"a":1}')).toEqual({ ok: false, reason: "the key `a` stands twice" });
    for (const text of ["", "[]", '"{}"', '{"a":1} {}', '{"a":1e999}']) expect(parseArgsText(text).ok).toBe(false);
  });
});

function nested(levels: number): unknown {
  let value: unknown = {};
  for (let level = 1; level < levels; level++) value = level % 2 === 0 ? { a: value } : [value];
  return value;
}

function laughs(): unknown {
  let value: unknown = ["ha"];
  for (let level = 1; level < 40; level++) value = [value, value];
  return value;
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return { proxy };
}

function expectFrozen(copy: unknown, original: unknown): void {
  if (typeof copy !== "object" || copy === null) return;
  expect(copy).not.toBe(original);
  expect(Object.isFrozen(copy)).toBe(true);
  expect(Object.getPrototypeOf(copy)).toBe(Array.isArray(copy) ? Array.prototype : Object.prototype);
  for (const [key, part] of Object.entries(copy)) expectFrozen(part, Reflect.get(Object(original), key));
}
