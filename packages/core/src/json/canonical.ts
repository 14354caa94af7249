import { SallyportError } from "../error.ts";
import type { Json, JsonObject } from "../value.ts";

/**
 * The canonical text of a value: JSON as RFC 8785 writes it, the same for equal values.
 * Lone surrogates, which the RFC refuses, are escaped, so that different values stay different;
 * a number that is not finite is a fault (`invalid-input`).
 */
export function canonical(value: Json): string {
  // the records of a call are made in canonical order, and JSON.stringify is twice as fast
  return isOrdered(value) ? JSON.stringify(value) : write(value);
}

function write(value: Json): string {
  switch (typeof value) {
    case "string":
      return quote(value);
    case "number":
      return writeNumber(value);
    case "object":
      if (value === null) return "null";
      return isList(value) ? writeList(value) : writeObject(value);
    default:
      return value ? "true" : "false";
  }
}

/** The keys of an object in the order of RFC 8785: by UTF-16 code units. */
export function sortedKeys(object: JsonObject): readonly string[] {
  const keys = Object.keys(object);
  if (keys.length > FEW) return keys.sort();
  for (let at = 1; at < keys.length; at++) insert(keys, at);
  return keys;
}

/** The length of a text in bytes of UTF-8; a lone surrogate counts as three. */
export function utf8Length(text: string): number {
  return NOT_ASCII.test(text) ? ENCODER.encode(text).length : text.length;
}

const NOT_ASCII = /\P{ASCII}/u;
const ENCODER: TextEncoder = new TextEncoder();

/** Whether JSON.stringify would write a value in canonical order. */
function isOrdered(value: Json): boolean {
  if (typeof value === "number") return isWritable(value);
  if (typeof value !== "object" || value === null) return true;
  if (isList(value)) return value.every(isOrdered);
  const keys = Object.keys(value);
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] ?? "";
    if (at > 0 && !((keys[at - 1] ?? "") < key)) return false;
    if (!isOrdered(value[key] ?? null)) return false;
  }
  return true;
}

// no iterators and no lists of pieces: one text grows
function writeList(list: readonly Json[]): string {
  let text = "[";
  for (let at = 0; at < list.length; at++) {
    if (at > 0) text += ",";
    text += write(list[at] ?? null);
  }
  return text + "]";
}

function writeObject(object: JsonObject): string {
  const keys = sortedKeys(object);
  let text = "{";
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] ?? "";
    const value = object[key];
    if (value === undefined) continue;
    if (text !== "{") text += ",";
    text += quote(key) + ":" + write(value);
  }
  return text + "}";
}

function quote(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
}

// anything but what stands for itself: quotes, backslashes, control characters, halves of pairs
const ESCAPED = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

function writeNumber(value: number): string {
  return isWritable(value) ? String(value) : "";
}

function isWritable(value: number): true {
  if (Number.isFinite(value)) return true;
  throw new SallyportError("invalid-input", `\`${value}\` is not a JSON number`);
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}

// what an object of ours has at most: they are sorted faster by hand
const FEW = 16;

/** Moves the key at a place to where it belongs among those before it, which are in order. */
function insert(keys: string[], from: number): void {
  const key = keys[from] ?? "";
  let at = from;
  for (let before = keys[at - 1]; before !== undefined && before > key; before = keys[at - 1]) keys[at--] = before;
  keys[at] = key;
}
