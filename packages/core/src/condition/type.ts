import { isObject, type Json, type JsonObject } from "../value.ts";
import { describeKind } from "./code/value.ts";

/** How deep a schema is looked into; below it nothing is known. */
const MAX_DEPTH = 32;

/** What is known of a value before it is there; a value of any type may be null besides. */
export type Type = DynamicType | ScalarType | StringType | ListType | ObjectType;

/** Nothing is known. */
interface DynamicType {
  readonly kind: "dyn";
}

/** A type that is only its kind. */
interface ScalarType {
  readonly kind: "null" | "bool" | "number" | "timestamp" | "duration";
}

/** A string, and where they are known the only values it can have, or what it names. */
interface StringType {
  readonly kind: "string";
  readonly values?: ReadonlySet<string>;
  /** what it names: a policy knows tools and labels, though others can come */
  readonly names?: Named;
}

/** What a string can name. */
export type Named = "tool" | "label";

/** A list. */
interface ListType {
  readonly kind: "list";
  readonly items: Type;
}

/** An object: the members that are known, and the type of every other; without `rest` there is no other. */
export interface ObjectType {
  readonly kind: "object";
  readonly members: ReadonlyMap<string, Type>;
  readonly rest?: Type;
}

/** Any value. */
export const DYN: Type = { kind: "dyn" };
/** Null alone. */
export const NULL: Type = { kind: "null" };
/** True or false. */
export const BOOL: Type = { kind: "bool" };
/** The one kind of number. */
export const NUMBER: Type = { kind: "number" };
/** Any string. */
export const STRING: Type = { kind: "string" };
/** A point in time. */
export const TIMESTAMP: Type = { kind: "timestamp" };
/** A span of time. */
export const DURATION: Type = { kind: "duration" };

/** The type of a list. */
export function listOf(items: Type): Type {
  return { kind: "list", items };
}

/** The type of an object with these members and, where `rest` is given, others. */
export function objectOf(members: { readonly [name: string]: Type }, rest?: Type): ObjectType {
  return objectType(new Map(Object.entries(members)), rest);
}

function objectType(members: ReadonlyMap<string, Type>, rest: Type | undefined): ObjectType {
  return rest === undefined ? { kind: "object", members } : { kind: "object", members, rest };
}

/** The type of a string that is one of these. */
export function oneOf(...values: readonly string[]): Type {
  return { kind: "string", values: new Set(values) };
}

/** The type of a string that names something. */
export function nameOf(names: Named): Type {
  return { kind: "string", names };
}

/** The type of what is of one of these types: what they have in common. */
export function joinTypes(types: readonly Type[]): Type {
  const [first = DYN, ...others] = types;
  return others.reduce(join, first);
}

function join(a: Type, b: Type): Type {
  if (a === b || b.kind === "null") return a;
  if (a.kind === "null") return b;
  if (a.kind === "list" && b.kind === "list") return listOf(join(a.items, b.items));
  if (a.kind === "object" && b.kind === "object") return joinObjects(a, b);
  if (a.kind === "string" && b.kind === "string") return joinStrings(a, b);
  return a.kind === b.kind ? a : DYN;
}

function joinStrings(a: StringType, b: StringType): Type {
  if (a.values !== undefined && b.values !== undefined) return oneOf(...a.values, ...b.values);
  return a.names !== undefined && a.names === b.names ? nameOf(a.names) : STRING;
}

function joinObjects(a: ObjectType, b: ObjectType): Type {
  const members = new Map<string, Type>();
  for (const name of [...a.members.keys(), ...b.members.keys()]) {
    const [inA, inB] = [a.members.get(name) ?? a.rest, b.members.get(name) ?? b.rest];
    members.set(name, joinTypes([inA, inB].filter((type) => type !== undefined)));
  }
  const rests = [a.rest, b.rest].filter((type) => type !== undefined);
  return objectType(members, rests.length === 0 ? undefined : joinTypes(rests));
}

/** Whether values of two types may be compared: one kind, or one is null or anything; elements are looked at when they are there. */
export function comparable(a: Type, b: Type): boolean {
  return a.kind === b.kind || [a, b].some(({ kind }) => kind === "dyn" || kind === "null");
}

/** How messages name a type. */
export function describeType(type: Type): string {
  return type.kind === "dyn" ? "any value" : describeKind(type.kind);
}

/** What a JSON Schema says about the type of the values it admits; where it says it in other ways, nothing is known. */
export function typeOfSchema(schema: JsonObject): Type {
  return typeAt(schema, 0);
}

function typeAt(schema: Json | undefined, depth: number): Type {
  if (!isObject(schema) || depth > MAX_DEPTH || "$ref" in schema) return DYN;
  if ("const" in schema) return typeOfValues([schema["const"] ?? null]);
  if (Array.isArray(schema["enum"])) return typeOfValues(schema["enum"]);
  const branches = schema["anyOf"] ?? schema["oneOf"];
  const says = "type" in schema || isObject(schema["properties"]);
  if (says || !Array.isArray(branches)) return typeOfKeyword(schema, depth);
  return joinTypes(branches.map((branch: Json) => typeAt(branch, depth + 1)));
}

function typeOfKeyword(schema: JsonObject, depth: number): Type {
  const type = schema["type"] ?? (isObject(schema["properties"]) ? "object" : undefined);
  if (Array.isArray(type)) return joinTypes([...new Set<Json>(type)].map((one) => typeOfKeyword({ ...schema, type: one }, depth)));
  if (type === "array") return listOf(typeAt(schema["items"], depth + 1));
  return type === "object" ? schemaObject(schema, depth) : (SCALAR_KEYWORDS.get(type) ?? DYN);
}

const SCALAR_KEYWORDS: ReadonlyMap<Json | undefined, Type> = new Map<Json | undefined, Type>([
  ["null", NULL],
  ["boolean", BOOL],
  ["number", NUMBER],
  ["integer", NUMBER],
  ["string", STRING],
]);

function schemaObject(schema: JsonObject, depth: number): ObjectType {
  const members = new Map<string, Type>();
  const properties = schema["properties"];
  if (isObject(properties)) {
    for (const [name, property] of Object.entries(properties)) members.set(name, typeAt(property, depth + 1));
  }
  const others = schema["additionalProperties"];
  if ("patternProperties" in schema) return objectType(members, DYN);
  return objectType(members, others === false ? undefined : typeAt(others, depth + 1));
}

function typeOfValues(values: readonly Json[]): Type {
  const strings = values.filter((value) => typeof value === "string");
  const others = values.filter((value) => typeof value !== "string").map(typeOfValue);
  return joinTypes(strings.length === 0 ? others : [oneOf(...strings), ...others]);
}

function typeOfValue(value: Json): Type {
  if (value === null) return NULL;
  if (typeof value === "boolean") return BOOL;
  return typeof value === "number" ? NUMBER : DYN;
}
