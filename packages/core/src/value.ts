/** A JSON value as the engine handles it: plain, deep-frozen where it came from a caller. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object; keys are own and enumerable, never `__proto__`. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Whether a JSON value is an object (no list, no null). */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
