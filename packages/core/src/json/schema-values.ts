import { RE2JS } from "re2js";
import type { Json } from "../value.ts";
import { canonical } from "./canonical.ts";
import { broken, type Check, type JsonPath, type SchemaCompiler } from "./schema-check.ts";

/** Makes the check of a keyword from its value; undefined where it checks nothing or a problem was reported. */
export type Keyword = (wanted: Json, path: JsonPath, compiler: SchemaCompiler) => Check | undefined;

/** The keywords that look at a value as a whole, at a number or at a string. */
export const VALUE_KEYWORDS: Readonly<Record<string, Keyword>> = {
  type: typeKeyword,
  enum: (wanted, path, compiler) =>
    isList(wanted) && wanted.length > 0 ? oneOfValues(wanted) : compiler.problem(path, "`enum` takes a list of values"),
  const: (wanted) => oneOfValues([wanted]),
  minimum: numberKeyword((value, wanted) => (value >= wanted ? undefined : `should be at least ${wanted}`)),
  maximum: numberKeyword((value, wanted) => (value <= wanted ? undefined : `should be at most ${wanted}`)),
  exclusiveMinimum: numberKeyword((value, wanted) => (value > wanted ? undefined : `should be more than ${wanted}`)),
  exclusiveMaximum: numberKeyword((value, wanted) => (value < wanted ? undefined : `should be less than ${wanted}`)),
  multipleOf: multipleKeyword,
  minLength: lengthKeyword((length, wanted) => (length >= wanted ? undefined : `should have at least ${wanted} characters`)),
  maxLength: lengthKeyword((length, wanted) => (length <= wanted ? undefined : `should have at most ${wanted} characters`)),
  pattern: patternKeyword,
};

/** Makes a check from a keyword's count, a whole number that is not negative. */
export function countKeyword(check: (wanted: number) => Check): Keyword {
  return (wanted, path, compiler) =>
    typeof wanted === "number" && Number.isSafeInteger(wanted) && wanted >= 0
      ? check(wanted)
      : compiler.problem(path, `\`${path.at(-1)}\` takes a whole number that is not negative`);
}

/** Whether a JSON value is a list. */
export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

const TYPES: Readonly<Record<string, { readonly name: string; readonly has: (value: Json) => boolean }>> = {
  null: { name: "null", has: (value) => value === null },
  boolean: { name: "a boolean", has: (value) => typeof value === "boolean" },
  number: { name: "a number", has: (value) => typeof value === "number" },
  integer: { name: "a whole number", has: (value) => Number.isInteger(value) },
  string: { name: "a string", has: (value) => typeof value === "string" },
  array: { name: "a list", has: isList },
  object: { name: "an object", has: (value) => typeof value === "object" && value !== null && !isList(value) },
};

function typeKeyword(wanted: Json, path: JsonPath, compiler: SchemaCompiler): Check | undefined {
  const names = isList(wanted) ? wanted : [wanted];
  const types = names.flatMap((name) => (typeof name === "string" && Object.hasOwn(TYPES, name) ? (TYPES[name] ?? []) : []));
  if (types.length === 0 || types.length < names.length) {
    return compiler.problem(path, `\`type\` takes one of ${Object.keys(TYPES).join(", ")}, or a list of them`);
  }
  const message = `should be ${types.map(({ name }) => name).join(" or ")}`;
  return (value) => (types.some(({ has }) => has(value)) ? undefined : broken(message));
}

function oneOfValues(wanted: readonly Json[]): Check {
  const texts = new Set(wanted.map(canonical));
  const hasContainers = wanted.some((value) => typeof value === "object" && value !== null);
  const listed = [...texts].slice(0, 10).join(", ").slice(0, 200);
  const message = `should be ${wanted.length === 1 ? "" : "one of "}${listed}${texts.size > 10 ? ", …" : ""}`;
  return (value, run) => {
    if (typeof value === "object" && value !== null && !hasContainers) return broken(message);
    const text = canonical(value);
    run.charge(text.length);
    return texts.has(text) ? undefined : broken(message);
  };
}

function numberKeyword(check: (value: number, wanted: number) => string | undefined): Keyword {
  return (wanted, path, compiler) => {
    if (typeof wanted !== "number") return compiler.problem(path, `\`${path.at(-1)}\` takes a number`);
    return (value) => {
      const message = typeof value === "number" ? check(value, wanted) : undefined;
      return message === undefined ? undefined : broken(message);
    };
  };
}

function multipleKeyword(wanted: Json, path: JsonPath, compiler: SchemaCompiler): Check | undefined {
  if (typeof wanted !== "number" || wanted <= 0) return compiler.problem(path, "`multipleOf` takes a number above 0");
  return (value) => (typeof value !== "number" || isMultiple(value, wanted) ? undefined : broken(`should be a multiple of ${wanted}`));
}

// 0.3 is meant to be a multiple of 0.1, though the division of their doubles leaves a rest
function isMultiple(value: number, unit: number): boolean {
  const nearest = Math.round(value / unit) * unit;
  return Math.abs(nearest - value) <= Number.EPSILON * Math.abs(value);
}

function lengthKeyword(check: (length: number, wanted: number) => string | undefined): Keyword {
  return countKeyword((wanted) => (value, run) => {
    if (typeof value !== "string") return undefined;
    run.charge(value.length);
    const message = check(codePoints(value), wanted);
    return message === undefined ? undefined : broken(message);
  });
}

function codePoints(text: string): number {
  let length = 0;
  for (let at = 0; at < text.length; at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) length++;
  return length;
}

function patternKeyword(wanted: Json, path: JsonPath, compiler: SchemaCompiler): Check | undefined {
  if (typeof wanted !== "string") return compiler.problem(path, "`pattern` takes a string");
  const pattern = compilePattern(wanted);
  if (typeof pattern === "string") return compiler.problem(path, `\`${wanted}\` is not a pattern: ${pattern}`);
  return (value, run) => {
    if (typeof value !== "string") return undefined;
    run.charge(value.length);
    return pattern.test(value) ? undefined : broken(`should match \`${wanted}\``);
  };
}

// RE2 matches in time linear in the input; it has no lookaround and no backreferences
function compilePattern(source: string): RE2JS | string {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(source));
  } catch (cause) {
    return cause instanceof Error ? cause.message : "it does not compile";
  }
}
