import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileSchema } from "../../../packages/core/src/json/schema.ts";
import type { Json } from "../../../packages/core/src/value.ts";
import { jsonValue } from "./values.ts";

const tree = {
  $ref: "#/$defs/node",
  $defs: {
    node: { type: "object", properties: { kids: { type: "array", items: { $ref: "#/$defs/node" } } }, additionalProperties: false },
  },
};

describe("compileSchema", () => {
  it.each<[unknown, Json, string | undefined]>([
    [true, 1, undefined],
    [false, 1, "it should not be there"],
    [{}, null, undefined],
    [{ type: "integer" }, 1, undefined],
    [{ type: "integer" }, 1.5, "it should be a whole number"],
    [{ type: "number" }, "1", "it should be a number"],
    [{ type: ["string", "null"] }, null, undefined],
    [{ type: ["string", "null"] }, 1, "it should be a string or null"],
    [{ type: "object" }, [], "it should be an object"],
    [{ type: "object" }, null, "it should be an object"],
    [{ type: "array" }, {}, "it should be a list"],
    [{ properties: { a: { properties: { b: { type: "string" } } } } }, { a: { b: 1 } }, "`a.b` should be a string"],
    [{ properties: { toString: { type: "string" } } }, {}, undefined],
    [{ required: ["toString"] }, {}, "it should have `toString`"],
    [{ required: ["a"] }, { a: null }, undefined],
    [{ properties: { a: {} }, additionalProperties: false }, { a: 1, b: 2 }, "`b` is not known"],
    [{ additionalProperties: { type: "number" } }, { "b c": "x" }, '`["b c"]` should be a number'],
    [{ properties: { a: {} }, additionalProperties: { type: "number" } }, { a: "x", b: 1 }, undefined],
    [{ propertyNames: { maxLength: 2 } }, { abc: 1 }, "`abc` should have at most 2 characters"],
    [{ items: { type: "number" } }, [1, "2"], "`[1]` should be a number"],
    [{ prefixItems: [{ type: "string" }], items: false }, ["a", 1], "`[1]` should not be there"],
    [{ prefixItems: [{ type: "string" }, { type: "number" }] }, ["a"], undefined],
    [{ prefixItems: [{ type: "string" }] }, [1], "`[0]` should be a string"],
    [{ enum: ["a", 1, null] }, "b", 'it should be one of "a", 1, null'],
    [{ enum: [1, { a: [1] }] }, { a: [1] }, undefined],
    [{ enum: [1] }, { a: 1 }, "it should be 1"],
    [{ const: 1 }, 1.0, undefined],
    [{ const: { b: 1, a: 2 } }, { a: 2, b: 1 }, undefined],
    [{ minimum: 1 }, 0.5, "it should be at least 1"],
    [{ minimum: 1 }, "0", undefined],
    [{ maximum: 1 }, 1, undefined],
    [{ exclusiveMinimum: 1 }, 1, "it should be more than 1"],
    [{ exclusiveMaximum: 1 }, 1, "it should be less than 1"],
    [{ multipleOf: 0.01 }, 19.99, undefined],
    [{ multipleOf: 0.1 }, 0.3, undefined],
    [{ multipleOf: 0.01 }, 0.075, "it should be a multiple of 0.01"],
    [{ minLength: 2 }, "\u{1f600}", "it should have at least 2 characters"],
    [{ maxLength: 1 }, "\u{1f600}", undefined],
    [{ pattern: "b" }, "abc", undefined],
    [{ pattern: "^b" }, "abc", "it should match `^b`"],
    [{ pattern: "^(?<year>\\d{4})\\/\\u00e9$" }, "2026/é", undefined],
    [{ minItems: 1 }, [], "it should have at least 1 items"],
    [{ maxItems: 1 }, [1, 2], "it should have at most 1 items"],
    [{ uniqueItems: true }, [{ a: 1, b: 2 }, 1, { b: 2, a: 1 }], "`[2]` should not stand twice"],
    [{ uniqueItems: true }, [1, "1", [1], { 1: 1 }], undefined],
    [{ uniqueItems: false }, [1, 1], undefined],
    [{ minProperties: 1 }, {}, "it should have at least 1 members"],
    [{ maxProperties: 1 }, { a: 1, b: 2 }, "it should have at most 1 members"],
    [{ allOf: [{ minimum: 1 }, { maximum: 2 }] }, 3, "it should be at most 2"],
    [{ anyOf: [{ type: "string" }, { type: "object", properties: { n: { type: "number" } } }] }, { n: "x" }, "`n` should be a number"],
    [{ anyOf: [{ type: "string" }, { type: "number" }] }, true, "it should fit one of 2 alternatives"],
    [{ oneOf: [{ minimum: 1 }, { minimum: 2 }] }, 1, undefined],
    [{ oneOf: [{ minimum: 1 }, { minimum: 2 }] }, 2, "it should fit one of 2 alternatives, not 2"],
    [{ not: { type: "string" } }, "a", "it should not be this (`not`)"],
    [{ not: { type: "string" } }, 1, undefined],
    [tree, { kids: [{ kids: [] }, {}] }, undefined],
    [tree, { kids: [{ kids: [{ kid: 1 }] }] }, "`kids[0].kids[0].kid` is not known"],
    [{ properties: { next: { $ref: "#" } }, required: ["n"] }, { n: 1, next: {} }, "`next` should have `n`"],
    [{ $ref: "#/definitions/a~1b%20c", definitions: { "a/b c": { type: "string" } } }, 1, "it should be a string"],
    [{ $ref: "#/$defs/n", minimum: 5, $defs: { n: { type: "number" } } }, 4, "it should be at least 5"],
    [{ title: "t", format: "email", default: 1, examples: [1], $schema: "s", $comment: "c", deprecated: true }, 1, undefined],
  ])("%j checks %j: %s", (schema, value, wanted) => {
    const compiled = compileSchema(schema);
    if (!compiled.ok) expect.fail(JSON.stringify(compiled.problems));
    expect(compiled.check(value)).toBe(wanted);
  });

  it.each<[unknown, readonly (string | number)[], string]>([
    [{ properties: { a: { minLenght: 1 } } }, ["properties", "a", "minLenght"], "the keyword `minLenght` is not known"],
    [{ type: "str" }, ["type"], "`type` takes one of"],
    [{ type: [] }, ["type"], "`type` takes one of"],
    [{ items: [{}] }, ["items"], "a schema is an object, true or false"],
    [{ allOf: [{}, { anyOf: [] }] }, ["allOf", 1, "anyOf"], "`anyOf` takes a list of schemas"],
    [{ required: "a" }, ["required"], "`required` takes a list of keys"],
    [{ enum: [] }, ["enum"], "`enum` takes a list of values"],
    [{ minimum: "1" }, ["minimum"], "`minimum` takes a number"],
    [{ exclusiveMinimum: true }, ["exclusiveMinimum"], "`exclusiveMinimum` takes a number"],
    [{ multipleOf: 0 }, ["multipleOf"], "`multipleOf` takes a number above 0"],
    [{ minItems: -1 }, ["minItems"], "`minItems` takes a whole number"],
    [{ uniqueItems: 1 }, ["uniqueItems"], "`uniqueItems` takes true or false"],
    [{ pattern: "(" }, ["pattern"], "`(` is not a pattern: "],
    [{ pattern: "(?=a)" }, ["pattern"], "`(?=a)` is not a pattern: "],
    [{ pattern: "(a)\\1" }, ["pattern"], "is not a pattern: "],
    [{ $ref: "other.json" }, ["$ref"], "`other.json` is not there"],
    [{ $ref: "#/$defs/b", $defs: { a: {} } }, ["$ref"], "`#/$defs/b` is not there"],
    [{ $defs: { unused: { type: 1 } } }, ["$defs", "unused", "type"], "`type` takes one of"],
    [{ $defs: 1 }, ["$defs"], "`$defs` takes an object of schemas"],
    [{ properties: { a: { $defs: {} } } }, ["properties", "a", "$defs"], "stands at the top of a schema only"],
    [{ properties: [] }, ["properties"], "`properties` takes an object of schemas"],
    ["string", [], "a schema is an object, true or false"],
    [{ default: () => 1 }, [], "a function is not a JSON value"],
  ])("refuses %j", (schema, path, message) => {
    expect(compileSchema(schema)).toEqual({ ok: false, problems: [{ path, message: expect.stringContaining(message) }] });
  });

  it("reports everything at once", () => {
    const compiled = compileSchema({ type: "x", properties: { a: { b: 1 } }, $defs: { c: { d: 1 } } });
    expect(compiled.ok ? [] : compiled.problems.map(({ path }) => path.join("."))).toEqual(["$defs.c.d", "type", "properties.a.b"]);
  });

  it("answers hostile values in bounded time", () => {
    const either = { anyOf: ["x", "y"].map((key) => ({ properties: { a: { $ref: "#/$defs/n" } }, required: [key] })) };
    let deep: Json = {};
    for (let level = 0; level < 60; level++) deep = { a: deep };
    const cases: [unknown, Json][] = [
      [{ $ref: "#/$defs/n", $defs: { n: either } }, deep],
      [{ $ref: "#/$defs/n", $defs: { n: { $ref: "#/$defs/n" } } }, 1],
      [{ not: { $ref: "#" } }, 1],
      [{ pattern: "^(a+)+$" }, `${"a".repeat(500_000)}b`],
      [{ items: { uniqueItems: true }, uniqueItems: true }, [Array.from({ length: 100_000 }, (_, n) => n)]],
    ];
    const answers = cases.map(([schema, value]) => {
      const compiled = compileSchema(schema);
      return compiled.ok ? compiled.check(value) : expect.fail(JSON.stringify(compiled.problems));
    });
    expect(answers).toEqual([...Array.from({ length: 3 }, () => "it takes too long to check"), "it should match `^(a+)+$`", undefined]);
  });

  it("takes any value for the schema that names it, and never throws", () => {
    fc.assert(
      fc.property(jsonValue(), jsonValue(), (schema, value) => {
        const fitting = compileSchema({ const: value, enum: [schema, value] });
        expect(fitting.ok && fitting.check(value)).toBe(undefined);
        const compiled = compileSchema(schema);
        if (compiled.ok) compiled.check(value);
      }),
    );
  });
});
