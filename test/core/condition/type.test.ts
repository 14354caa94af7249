import { expect, test } from "vitest";
import { nearest } from "../../../packages/core/src/condition/nearest.ts";
import { BOOL, DYN, joinTypes, listOf, NULL, NUMBER, objectOf, oneOf, STRING } from "../../../packages/core/src/condition/type.ts";
import { type Type, typeOfSchema } from "../../../packages/core/src/condition/type.ts";
import type { JsonObject } from "../../../packages/core/src/value.ts";

test.each<readonly [string, JsonObject, Type]>([
  ["nothing", {}, DYN],
  ["a string", { type: "string" }, STRING],
  ["an integer", { type: "integer" }, NUMBER],
  ["a nullable string", { type: ["string", "null"] }, STRING],
  ["one of two types", { type: ["string", "number"] }, DYN],
  ["an enumeration", { type: "string", enum: ["a", "b"] }, oneOf("a", "b")],
  ["an enumeration with null", { enum: ["a", null] }, oneOf("a")],
  ["an enumeration of several types", { enum: ["a", 1] }, DYN],
  ["a constant", { const: 1 }, NUMBER],
  ["a list", { type: "array", items: { type: "boolean" } }, listOf(BOOL)],
  ["a list of anything", { type: "array" }, listOf(DYN)],
  ["a choice of one type", { anyOf: [{ type: "string" }, { const: "x" }] }, STRING],
  ["a choice of two", { oneOf: [{ type: "string" }, { type: "number" }] }, DYN],
  ["a reference", { $ref: "#/x" }, DYN],
  ["an open object", { type: "object", properties: { a: { type: "string" } } }, objectOf({ a: STRING }, DYN)],
  ["a closed object", { properties: { a: { type: "null" } }, additionalProperties: false }, objectOf({ a: NULL })],
  ["a map", { type: "object", additionalProperties: { type: "number" } }, objectOf({}, NUMBER)],
])("the schema of %s", (_name, schema, wanted) => {
  expect(typeOfSchema(schema)).toEqual(wanted);
});

test("a schema that nests without end is looked into only so far", () => {
  let schema: JsonObject = {};
  for (let depth = 0; depth < 5000; depth++) schema = { type: "array", items: schema };
  expect(typeOfSchema(schema).kind).toBe("list");
});

test("types join to what they have in common", () => {
  const a = objectOf({ x: NUMBER, y: STRING });
  const b = objectOf({ x: NUMBER, z: BOOL }, DYN);
  expect(joinTypes([])).toEqual(DYN);
  expect(joinTypes([NUMBER, NULL])).toEqual(NUMBER);
  expect(joinTypes([NUMBER, STRING])).toEqual(DYN);
  expect(joinTypes([listOf(NUMBER), listOf(STRING)])).toEqual(listOf(DYN));
  expect(joinTypes([a, b])).toEqual(objectOf({ x: NUMBER, y: DYN, z: BOOL }, DYN));
  expect(joinTypes([a, a])).toEqual(a);
  expect(joinTypes([oneOf("a"), oneOf("b")])).toEqual(oneOf("a", "b"));
});

test("the nearest word", () => {
  expect(nearest("extrnal", ["args", "external"])).toBe("external");
  expect(nearest("efefct", ["effect"])).toBe("effect");
  expect(nearest("Args", ["agent", "args"])).toBe("args");
  expect(nearest("xy", ["external"])).toBeUndefined();
  expect(nearest("a", ["b"])).toBeUndefined();
});
