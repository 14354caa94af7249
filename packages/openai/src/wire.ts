import { isObject, readJson, type Json, type JsonObject } from "@sallyport/core";

/** One event of a streamed answer. */
export interface WireEvent {
  /** what stands behind `event:`, where there is one */
  readonly name?: string;
  readonly data: JsonObject | "[DONE]";
}

/** A member of an object as text; undefined where it is none. */
export function textIn(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === "string" ? value : undefined;
}

/** A member of an object as an object; undefined where it is none. */
export function objectIn(object: JsonObject, key: string): JsonObject | undefined {
  const value = object[key];
  return isObject(value) ? value : undefined;
}

/** The objects in a list that is a member of an object; none where it is no list. */
export function objectsIn(object: JsonObject, key: string): readonly JsonObject[] {
  const value = object[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** An object without some of its members. */
export function without(object: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

/** The object that a JSON text is; undefined where it is none. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: Json = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Args as the model wrote them: the value, or the text where it is no strict JSON, since the app might read it otherwise. */
export function readArgs(text: string): unknown {
  if (text.trim() === "") return {};
  const reading = readJson(text);
  return reading.ok ? reading.value : text;
}
