import { isObject, type Json } from "../value.ts";

/** A value without parts. */
export type Scalar = string | number | boolean | null;

/** A leaf of a value, and the keys that lead to it; of an object's key: to the object's member. */
export interface Leaf {
  readonly path: readonly (string | number)[];
  readonly value: Scalar;
}

/** The leaves of a value: strings but empty ones, numbers, booleans and nulls, and the object keys below the top level. */
export function leavesOf(value: Json): readonly Leaf[] {
  const leaves: Leaf[] = [];
  gather(value, [], leaves);
  return leaves;
}

function gather(value: Json, path: Leaf["path"], leaves: Leaf[]): void {
  if (isList(value)) {
    for (const [index, item] of value.entries()) gather(item, [...path, index], leaves);
  } else if (isObject(value)) {
    for (const [key, child] of Object.entries(value)) {
      const inner = [...path, key];
      if (path.length > 0 && key !== "") leaves.push({ path: inner, value: key });
      gather(child, inner, leaves);
    }
  } else if (value !== "") leaves.push({ path, value });
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
