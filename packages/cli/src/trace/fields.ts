import { didYouMean, isObject, SallyportError, type Json, type JsonObject } from "@sallyport/core";

/** Reads the members of an object strictly; what is not as it should be is a fault that says so. */

/** Ends the reading of a line. */
export function fail(message: string): never {
  throw new SallyportError("invalid-input", message);
}

/** Refuses members that are not known. */
export function checkKeys(object: JsonObject, known: readonly string[], what: string): void {
  for (const key of Object.keys(object)) if (!known.includes(key)) fail(`unknown member \`${key}\` in ${what}${didYouMean(key, known)}`);
}

/** A member that is a text. */
export function textOf(object: JsonObject, key: string, what: string): string {
  const value = object[key];
  return typeof value === "string" ? value : fail(`\`${key}\` of ${what} ${value === undefined ? "is missing" : "is no text"}`);
}

/** A member that is a list of texts. */
export function textsOf(object: JsonObject, key: string, what: string): readonly string[] {
  const value = object[key];
  return Array.isArray(value) && value.every((item): item is string => typeof item === "string")
    ? value
    : fail(`\`${key}\` of ${what} is no list of texts`);
}

/** A value that is an object. */
export function objectOf(value: Json | undefined, what: string): JsonObject {
  return value !== undefined && isObject(value) ? value : fail(`${what} ${value === undefined ? "is missing" : "is no object"}`);
}

/** A member that is one of some words. */
export function wordOf<Word extends string>(object: JsonObject, key: string, words: readonly Word[], what: string): Word {
  const text = textOf(object, key, what);
  return (
    words.find((word) => word === text) ??
    fail(`\`${key}\` of ${what} is ${words.map((word) => `\`${word}\``).join(" or ")}, not \`${text}\``)
  );
}

/** A member that is `true` or `false`; absent: false. */
export function flagOf(object: JsonObject, key: string, what: string): boolean {
  const value = object[key] ?? false;
  return typeof value === "boolean" ? value : fail(`\`${key}\` of ${what} is neither \`true\` nor \`false\``);
}
