import { isObject, type Json, type JsonObject } from "../value.ts";

type Path = readonly string[];

/** What `keep` could not read, and therefore withholds. */
export const unreadable: unique symbol = Symbol("unreadable");

/**
 * A value with only the kept paths left: maps over lists, looks into JSON text and into the parts of
 * a tool result with `content` and `structuredContent` (the MCP shape).
 */
export function keepPaths(value: Json, paths: readonly Path[]): Json | typeof unreadable {
  return isEnvelope(value) ? keepInEnvelope(value, paths) : project(value, paths);
}

/** The value of a result: of JSON text what it says, of anything else itself. */
export function readResult(content: Json): Json {
  const parsed = typeof content === "string" ? parseText(content) : undefined;
  // JSON text may say null, which is a value
  return parsed === undefined ? content : parsed;
}

function project(value: Json, paths: readonly Path[]): Json | typeof unreadable {
  if (typeof value === "string") return projectText(value, paths);
  if (Array.isArray(value)) return projectList(value, paths);
  return isObject(value) ? projectObject(value, paths) : unreadable;
}

function projectText(text: string, paths: readonly Path[]): Json | typeof unreadable {
  const parsed = parseText(text);
  if (typeof parsed !== "object" || parsed === null) return unreadable;
  const kept = project(parsed, paths);
  return kept === unreadable ? unreadable : JSON.stringify(kept);
}

function projectList(list: readonly Json[], paths: readonly Path[]): Json {
  return list.flatMap((item): readonly Json[] => {
    const kept = project(item, paths);
    return kept === unreadable ? [] : [kept];
  });
}

function projectObject(object: JsonObject, paths: readonly Path[]): JsonObject {
  const kept: [string, Json][] = [];
  for (const [key, value] of Object.entries(object)) {
    const below = paths.filter((path) => path[0] === key).map((path) => path.slice(1));
    if (below.length === 0) continue;
    const part = below.some((path) => path.length === 0) ? value : project(value, below);
    if (part !== unreadable) kept.push([key, part]);
  }
  return Object.fromEntries(kept);
}

interface Envelope extends JsonObject {
  readonly content: readonly JsonObject[];
}

function isEnvelope(value: Json): value is Envelope {
  if (!isObject(value) || !Array.isArray(value["content"]) || value["content"].length === 0) return false;
  return value["content"].every((part) => isObject(part) && typeof part["type"] === "string");
}

function keepInEnvelope(envelope: Envelope, paths: readonly Path[]): Json | typeof unreadable {
  const content = envelope.content.flatMap((part): readonly JsonObject[] => {
    const text = part["type"] === "text" ? project(part["text"] ?? null, paths) : unreadable;
    return text === unreadable ? [] : [{ type: "text", text }];
  });
  const structured = project(envelope["structuredContent"] ?? null, paths);
  if (content.length === 0 && structured === unreadable) return unreadable;
  return {
    content,
    ...(structured === unreadable ? {} : { structuredContent: structured }),
    ...(typeof envelope["isError"] === "boolean" ? { isError: envelope["isError"] } : {}),
  };
}

/** Levels of lists and objects up to which a result is read. */
const LEVELS = 200;

/** Whether a value is JSON that rules can look at: finite, and not nested without end. */
export function isReadable(value: Json, levels: number = LEVELS): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((child) => isReadable(child, levels - 1));
}

const JSON_START = /^[\t\n\r ]*(?:["[{0-9-]|(?:true|false|null)[\t\n\r ]*$)/;

/** Whether a text that is not all there yet may turn out to be JSON text with something in it to look into. */
export function couldBeJson(beginning: string): boolean {
  return /^[\t\n\r ]*(?:["[{]|$)/.test(beginning);
}

/** The value of JSON text; undefined where it is none. */
export function parseText(text: string): Json | undefined {
  // most results are prose, and a failing parse costs more than all the rest of an inspection
  if (!JSON_START.test(text)) return undefined;
  try {
    const value: Json = JSON.parse(text);
    return isReadable(value) ? value : undefined;
  } catch {
    // no JSON: the text stands for itself, and what needs JSON treats it as unreadable
    return undefined;
  }
}
