import { SallyportError } from "../error.ts";
import type { Json, JsonObject } from "../value.ts";

/**
 * The canonical text of a value: JSON as RFC 8785 writes it, the same for equal values.
 * Lone surrogates, which the RFC refuses, are escaped, so that different values stay different;
 * a number that is not finite is a fault (`invalid-input`).
 */
export function canonical(value: Json): string {
  return isOrdered(value) ? JSON.stringify(value) : write(value);
}

/** The keys of an object in the order of RFC 8785: by UTF-16 code units. */
export function sortedKeys(object: JsonObject): readonly string[] {
  const keys = Object.keys(object);
  return areSorted(keys) ? keys : keys.sort(byCodeUnits);
}

/** The length of a text in bytes of UTF-8; a lone surrogate counts as three. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Whether JSON.stringify would write the value in canonical order, which is the fastest way to write it. */
function isOrdered(value: Json): boolean {
  if (typeof value === "number") return isWritable(value);
  if (typeof value !== "object" || value === null) return true;
  if (isList(value)) return value.every(isOrdered);
  const keys = Object.keys(value);
  return areSorted(keys) && keys.every((key) => isOrdered(member(value, key)));
}

function write(value: Json): string {
  if (typeof value === "number") isWritable(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(write).join(",")}]`;
  const keys = sortedKeys(value).filter((key) => value[key] !== undefined);
  return `{${keys.map((key) => `${JSON.stringify(key)}:${write(member(value, key))}`).join(",")}}`;
}

function isWritable(value: number): true {
  if (Number.isFinite(value)) return true;
  throw new SallyportError("invalid-input", `\`${value}\` is not a JSON number`);
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}

function member(object: JsonObject, key: string): Json {
  return object[key] ?? null;
}

function areSorted(keys: readonly string[]): boolean {
  for (let at = 1; at < keys.length; at++) if (!((keys[at - 1] ?? "") < (keys[at] ?? ""))) return false;
  return true;
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : 1;
}
