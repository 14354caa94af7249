import type { Json } from "../../value.ts";
import type { Position } from "../text/problems.ts";
import type { Written } from "../text/written.ts";

/** The keys and indices that lead to a value. */
export type Way = readonly (string | number)[];

/** The place that messages name for what stands at the end of a way. */
export type PlaceOf = (way: Way) => Position;

/** Plain data as if it had been written, each part at its place. */
export function writeJson(value: Json, placeOf: PlaceOf, way: Way = []): Written {
  const at = placeOf(way);
  if (isList(value)) return { kind: "list", at, items: value.map((item, index) => writeJson(item, placeOf, [...way, index])) };
  if (typeof value !== "object" || value === null) return { kind: "scalar", at, value, style: "made", source: String(value) };
  const entries = Object.entries(value).map(([key, inner]) => {
    const within = [...way, key];
    return { key, at: placeOf(within), value: writeJson(inner, placeOf, within) };
  });
  return { kind: "map", at, entries };
}

// Array.isArray alone does not tell a readonly list
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
