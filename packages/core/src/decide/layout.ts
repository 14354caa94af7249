import { isObject, type Json, type JsonObject } from "../value.ts";
import { isBinaryText, isOpaquePart } from "./binary.ts";
import { withoutWhiteSpace } from "./cut.ts";
import { parseText } from "./keep.ts";

/** A part of a laid out text: offsets, the end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place in a value, with where its text stands. */
export type Node =
  | { readonly kind: "text"; readonly at: Span }
  | { readonly kind: "number"; readonly at: Span; readonly value: number }
  /** true, false, null: nothing that can be found */
  | { readonly kind: "constant"; readonly value: Json }
  /** JSON text, looked into; `whole` where what was written is not just what was read: a key that stands twice */
  | { readonly kind: "json"; readonly inside: Node; readonly whole?: Span; readonly written: string }
  | { readonly kind: "list"; readonly items: readonly Node[] }
  | { readonly kind: "object"; readonly members: readonly Member[] }
  /** cannot be read: binary; `part`: a part of a tool's result, not a string */
  | { readonly kind: "opaque"; readonly part: boolean; readonly value: Json };

interface Member {
  readonly key: Span;
  readonly value: Node;
}

/**
 * A value as one text: each string, key and number on lines of its own, a value behind its key and a colon. One text, so
 * that detectors run once, and see what a key says of its value and what goes on in the next field.
 */
export interface Layout {
  readonly text: string;
  readonly root: Node;
  /** where something of the value itself stands, in order: the rest is there for the detectors only */
  readonly spans: readonly Span[];
  /** how many parts cannot be read */
  readonly opaque: number;
}

/** Into how many levels of JSON text within JSON text is looked. */
const LEVELS = 2;

/** Lays out a result or a text; binary parts of it are left out, as ones that cannot be read. */
export function layOut(value: Json): Layout {
  return layOutWith(value, isBinary);
}

/** Lays out args; there what is binary is something that is sent, and text like all of it. */
export function layOutArgs(args: JsonObject): Layout {
  return layOutWith(args, () => false);
}

function isBinary(value: string | JsonObject): boolean {
  return typeof value === "string" ? isBinaryText(value) : isOpaquePart(value);
}

function layOutWith(value: Json, isOpaque: Writing["isOpaque"]): Layout {
  // a plain text is what it is: nothing is put around it
  if (typeof value === "string" && parseText(value) === undefined && !isOpaque(value)) return plainLayout(value);
  const writing: Writing = { isOpaque, parts: [], spans: [], length: 0, opaque: 0 };
  const root = write(value, writing, { key: "", levels: LEVELS });
  return { text: writing.parts.join(""), root, spans: writing.spans, opaque: writing.opaque };
}

function plainLayout(text: string): Layout {
  const at = { start: 0, end: text.length };
  return { text, root: { kind: "text", at }, spans: [at], opaque: 0 };
}

/** The spans that overlap one, out of spans that stand in order and apart. */
export function overlapping<T extends Span>(spans: readonly T[], { start, end }: Span): readonly T[] {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.end ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  const found: T[] = [];
  for (let span = spans[low]; span !== undefined && span.start < end; span = spans[++low]) found.push(span);
  return found;
}

interface Writing {
  readonly isOpaque: (value: string | JsonObject) => boolean;
  readonly parts: string[];
  readonly spans: Span[];
  length: number;
  opaque: number;
}

interface Where {
  /** the nearest key */
  readonly key: string;
  /** how many levels of JSON text are still looked into */
  readonly levels: number;
}

function write(value: Json, writing: Writing, where: Where): Node {
  if (typeof value === "string") return writeText(value, writing, where);
  if (typeof value === "number") return { kind: "number", at: tell(String(value), writing), value };
  if (Array.isArray(value)) return { kind: "list", items: value.map((item, index) => writeItem(item, index, writing, where)) };
  if (isObject(value)) return writing.isOpaque(value) ? opaqueNode(value, writing, true) : writeObject(value, writing, where);
  return { kind: "constant", value };
}

function writeText(value: string, writing: Writing, where: Where): Node {
  if (writing.isOpaque(value)) return opaqueNode(value, writing, false);
  const parsed = where.levels === 0 ? undefined : parseText(value);
  if (typeof parsed !== "object" && typeof parsed !== "string") return { kind: "text", at: tell(value, writing) };
  const inside = write(parsed, writing, { ...where, levels: where.levels - 1 });
  const faithful = JSON.stringify(parsed) === withoutWhiteSpace(value);
  return { kind: "json", inside, written: value, ...(faithful ? {} : { whole: tell(value, writing) }) };
}

function writeItem(value: Json, index: number, writing: Writing, where: Where): Node {
  // the first stands behind the key already
  if (index > 0 && where.key !== "" && typeof value === "string") put(`${where.key}:`, writing);
  return write(value, writing, where);
}

function writeObject(object: JsonObject, writing: Writing, { levels }: Where): Node {
  const members = Object.entries(object).map(([key, value]): Member => {
    const start = put(`${key}:`, writing);
    const at = { start, end: start + key.length };
    writing.spans.push(at);
    return { key: at, value: write(value, writing, { key, levels }) };
  });
  return { kind: "object", members };
}

function opaqueNode(value: Json, writing: Writing, part: boolean): Node {
  writing.opaque++;
  return { kind: "opaque", part, value };
}

/** Writes a text of the value itself as a line; returns where it stands. */
function tell(text: string, writing: Writing): Span {
  const start = put(text, writing);
  const at = { start, end: start + text.length };
  writing.spans.push(at);
  return at;
}

/** Writes a line; returns where it starts. */
function put(text: string, writing: Writing): number {
  const start = writing.length;
  writing.parts.push(text, "\n");
  writing.length += text.length + 1;
  return start;
}
