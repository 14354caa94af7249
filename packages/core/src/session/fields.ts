import { SallyportError } from "../error.ts";
import { isObject, type Json, type JsonObject } from "../value.ts";

/** Reads a record's fields; what no record of ours holds is a fault of the store. */

/** The one empty list: records and states are kept, and most lists in them are empty. */
export const NONE: readonly never[] = Object.freeze([]);

/** A text field. */
export function text(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === "string" ? value : wrong(key, "a text");
}

/** A text field that may be null or absent. */
export function textOrNull(object: JsonObject, key: string): string | null {
  return object[key] === null || object[key] === undefined ? null : text(object, key);
}

/** A number field. */
export function number(object: JsonObject, key: string): number {
  const value = object[key];
  return typeof value === "number" ? value : wrong(key, "a number");
}

/** A number field that may be null or absent. */
export function numberOrNull(object: JsonObject, key: string): number | null {
  return object[key] === null || object[key] === undefined ? null : number(object, key);
}

/** A list of texts; absent: empty. */
export function texts(object: JsonObject, key: string): readonly string[] {
  const value = object[key] ?? NONE;
  return isTexts(value) ? value : wrong(key, "a list of texts");
}

/** A list of objects; absent: empty. */
export function objects(object: JsonObject, key: string): readonly JsonObject[] {
  const value = object[key] ?? NONE;
  return Array.isArray(value) && value.every((item): item is JsonObject => isObject(item)) ? value : wrong(key, "a list of objects");
}

/** What is made of each object of a list; absent: empty. */
export function each<T>(object: JsonObject, key: string, make: (item: JsonObject) => T): readonly T[] {
  const items = objects(object, key);
  return items.length === 0 ? NONE : items.map(make);
}

/** An object field; absent: undefined. */
export function objectOf(object: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = object?.[key];
  return isObject(value) ? value : undefined;
}

/** One of a few words. */
export function oneOf<T extends string>(object: JsonObject, key: string, words: readonly T[]): T {
  const value = object[key];
  return words.find((word) => word === value) ?? wrong(key, words.join(" or "));
}

function isTexts(value: Json): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function wrong(key: string, wanted: string): never {
  throw new SallyportError(
    "store-failed",
    `a record's \`${key}\` is not ${wanted}; the store was written by something else, check it with \`sallyport ledger verify\``,
  );
}
