import type { Json } from "../value.ts";

/** How deep a value is read. */
const LEVELS = 200;

/** Whether a value has no JSON of its own: bytes; and a Map or a Set, which would be read as empty. */
export function isBinary(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (value instanceof Map || value instanceof Set) return true;
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer || (typeof Blob !== "undefined" && value instanceof Blob);
}

/** What can be read of a value with binary parts: its bytes are null. Throws where it is nested without end. */
export function readableOf(value: unknown, levels: number = LEVELS): Json {
  if (levels === 0) throw new RangeError("it is nested without end");
  const read = (inner: unknown): Json => readableOf(inner, levels - 1);
  switch (typeof value) {
    case "string":
      return value.toWellFormed();
    case "number":
      return Number.isFinite(value) ? value : null;
    case "boolean":
      return value;
    case "bigint":
      return String(value);
    case "object":
      return value === null ? null : readObject(value, read);
    default:
      return null;
  }
}

function readObject(value: object, read: (inner: unknown) => Json): Json {
  if (Array.isArray(value)) return value.map(read);
  if (value instanceof Map || value instanceof Set) return Array.from(value, read);
  if (isBinary(value)) return null;
  if ("toJSON" in value && typeof value.toJSON === "function") return read(value.toJSON());
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.toWellFormed(), read(inner)]));
}
