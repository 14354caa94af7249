import { isObject, type Json, type JsonObject } from "../value.ts";
import { canonical } from "./canonical.ts";
import { type Break, broken, type Check, type JsonPath, type Run, type SchemaCompiler, within } from "./schema-check.ts";
import { countKeyword, isList, type Keyword } from "./schema-values.ts";

/** The keywords that look into lists and objects, or combine schemas; `schema` is the one they stand in. */
export const PART_KEYWORDS: Readonly<Record<string, (schema: JsonObject) => Keyword>> = {
  properties: () => propertiesKeyword,
  required: () => requiredKeyword,
  additionalProperties: (schema) => additionalKeyword(Object.keys(isObject(schema["properties"]) ? schema["properties"] : {})),
  propertyNames: () => namesKeyword,
  minProperties: () => sizeKeyword(isObject, (object) => Object.keys(object).length, "at least", "members"),
  maxProperties: () => sizeKeyword(isObject, (object) => Object.keys(object).length, "at most", "members"),
  prefixItems: () => prefixKeyword,
  items: (schema) => itemsKeyword(Array.isArray(schema["prefixItems"]) ? schema["prefixItems"].length : 0),
  minItems: () => sizeKeyword(isList, (list) => list.length, "at least", "items"),
  maxItems: () => sizeKeyword(isList, (list) => list.length, "at most", "items"),
  uniqueItems: () => uniqueKeyword,
  allOf: () => combination((checks) => (value, run) => firstBreak(checks, (check) => check(value, run))),
  anyOf: () => combination((checks) => (value, run) => alternatives(checks, value, run, (fitting) => fitting > 0)),
  oneOf: () => combination((checks) => (value, run) => alternatives(checks, value, run, (fitting) => fitting === 1)),
  not: () => notKeyword,
  $ref: () => referenceKeyword,
};

function propertiesKeyword(wanted: Json, path: JsonPath, compiler: SchemaCompiler): Check | undefined {
  if (!isObject(wanted)) return compiler.problem(path, "`properties` takes an object of schemas");
  const checks = Object.entries(wanted).map(([key, schema]) => ({ key, check: compiler.compile(schema, [...path, key]) }));
  return (value, run) =>
    isObject(value) ? firstBreak(checks, ({ key, check }) => within(key, checkMember(value, key, check, run))) : undefined;
}

function checkMember(object: JsonObject, key: string, check: Check, run: Run): Break | undefined {
  const member = Object.hasOwn(object, key) ? object[key] : undefined;
  return member === undefined ? undefined : check(member, run);
}

function requiredKeyword(wanted: Json, path: JsonPath, compiler: SchemaCompiler): Check | undefined {
  const keys = isList(wanted) ? wanted.filter((key) => typeof key === "string") : [];
  if (!isList(wanted) || keys.length < wanted.length) return compiler.problem(path, "`required` takes a list of keys");
  return (value) => {
    if (!isObject(value)) return undefined;
    const missing = keys.find((key) => !Object.hasOwn(value, key));
    return missing === undefined ? undefined : broken(`should have \`${missing}\``);
  };
}

function additionalKeyword(named: readonly string[]): Keyword {
  const known = new Set(named);
  return (wanted, path, compiler) => {
    const check = compiler.compile(wanted, path);
    return (value, run) => {
      if (!isObject(value)) return undefined;
      const others = Object.keys(value).filter((key) => !known.has(key));
      return firstBreak(others, (key) => within(key, wanted === false ? broken("is not known") : checkMember(value, key, check, run)));
    };
  };
}

function namesKeyword(wanted: Json, path: JsonPath, compiler: SchemaCompiler): Check {
  const check = compiler.compile(wanted, path);
  return (value, run) => (isObject(value) ? firstBreak(Object.keys(value), (key) => within(key, check(key, run))) : undefined);
}

function sizeKeyword<T extends Json>(
  isSized: (value: Json) => value is T,
  sizeOf: (value: T) => number,
  bound: "at least" | "at most",
  parts: string,
): Keyword {
  return countKeyword((wanted) => (value) => {
    if (!isSized(value)) return undefined;
    const fits = bound === "at least" ? sizeOf(value) >= wanted : sizeOf(value) <= wanted;
    return fits ? undefined : broken(`should have ${bound} ${wanted} ${parts}`);
  });
}

function prefixKeyword(wanted: Json, path: JsonPath, compiler: SchemaCompiler): Check | undefined {
  const checks = compileList(wanted, path, compiler);
  if (checks === undefined) return undefined;
  return (value, run) =>
    isList(value) ? firstBreak(value.slice(0, checks.length), (item, at) => within(at, checks[at]?.(item, run))) : undefined;
}

function itemsKeyword(first: number): Keyword {
  return (wanted, path, compiler) => {
    const check = compiler.compile(wanted, path);
    return (value, run) =>
      isList(value) ? firstBreak(value, (item, at) => (at < first ? undefined : within(at, check(item, run)))) : undefined;
  };
}

function uniqueKeyword(wanted: Json, path: JsonPath, compiler: SchemaCompiler): Check | undefined {
  if (typeof wanted !== "boolean") return compiler.problem(path, "`uniqueItems` takes true or false");
  if (!wanted) return undefined;
  return (value, run) => {
    const seen = new Set<string>();
    return firstBreak(isList(value) ? value : [], (item, at) => {
      const text = canonical(item);
      run.charge(text.length);
      return seen.size === seen.add(text).size ? within(at, broken("should not stand twice")) : undefined;
    });
  };
}

function combination(combine: (checks: readonly Check[]) => Check): Keyword {
  return (wanted, path, compiler) => {
    const checks = compileList(wanted, path, compiler);
    return checks === undefined ? undefined : combine(checks);
  };
}

function alternatives(checks: readonly Check[], value: Json, run: Run, fits: (fitting: number) => boolean): Break | undefined {
  const breaks = checks.map((check) => check(value, run));
  const fitting = breaks.filter((part) => part === undefined).length;
  if (fits(fitting)) return undefined;
  // the alternative that went deepest is most likely the one that was meant
  const nearest = breaks.reduce((best, part) => ((part?.path.length ?? 0) > (best?.path.length ?? 0) ? part : best), undefined);
  if (fitting > 0) return broken(`should fit one of ${checks.length} alternatives, not ${fitting}`);
  return nearest ?? broken(`should fit one of ${checks.length} alternatives`);
}

function notKeyword(wanted: Json, path: JsonPath, compiler: SchemaCompiler): Check {
  const check = compiler.compile(wanted, path);
  return (value, run) => (check(value, run) === undefined ? broken("should not be this (`not`)") : undefined);
}

function referenceKeyword(wanted: Json, path: JsonPath, compiler: SchemaCompiler): Check | undefined {
  if (typeof wanted !== "string") return compiler.problem(path, "`$ref` takes a string");
  return compiler.resolve(wanted, path);
}

function compileList(wanted: Json, path: JsonPath, compiler: SchemaCompiler): readonly Check[] | undefined {
  if (isList(wanted) && wanted.length > 0) return wanted.map((schema, at) => compiler.compile(schema, [...path, at]));
  return compiler.problem(path, `\`${path.at(-1)}\` takes a list of schemas`);
}

function firstBreak<T>(parts: readonly T[], check: (part: T, at: number) => Break | undefined): Break | undefined {
  for (const [at, part] of parts.entries()) {
    const found = check(part, at);
    if (found !== undefined) return found;
  }
  return undefined;
}
