import type { Json, JsonObject } from "../value.ts";
import { canonical, utf8Length } from "./canonical.ts";
import { ARGS_LIMITS, type JsonLimits, keyDefect, numberDefect, stringDefect } from "./limits.ts";
import { setMember } from "./member.ts";

/** A copy that is JSON through and through and deep-frozen, or why there is none. */
export type Copy = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly reason: string };

/**
 * Copies somebody else's value, deep-frozen, if it is a JSON value within the limits. Never throws and calls no code of
 * the value: getters make it invalid, as do functions, symbols, bigints, `undefined` in a list, numbers that are not
 * finite or not safe, lone surrogates, the key `__proto__`, holes and extra properties of lists, cycles and objects of any
 * class. A member that is `undefined` is left out, as JSON does; so are members that are not enumerable or have no name.
 */
export function copyJson(value: unknown, limits: JsonLimits = ARGS_LIMITS): Copy {
  const copying: Copying = { limits, atLeast: 0, atMost: 0 };
  try {
    const copied = copyValue(value, 1, copying);
    if (copying.atMost > limits.bytes) refuse(sizeDefect(utf8Length(canonical(copied)), limits));
    return { ok: true, value: copied };
  } catch (cause) {
    // a proxy may throw whatever it likes
    return { ok: false, reason: cause instanceof Refusal ? cause.message : "a value cannot be read" };
  }
}

/** One walk: bounds on the bytes of the canonical text so far, so that most values need not be written to be measured. */
interface Copying {
  readonly limits: JsonLimits;
  atLeast: number;
  atMost: number;
}

class Refusal extends Error {}

function copyValue(value: unknown, depth: number, copying: Copying): Json {
  switch (typeof value) {
    case "string":
      return copyString(value, copying);
    case "number":
      refuse(numberDefect(value));
      count(copying, 1, 26);
      return value === 0 ? 0 : value;
    case "boolean":
      count(copying, 4, 6);
      return value;
    case "object":
      if (value !== null) return copyContainer(value, depth, copying);
      count(copying, 4, 5);
      return value;
    case "undefined":
    case "function":
    case "symbol":
    case "bigint":
    default:
      throw new Refusal(`${value === undefined ? "undefined" : `a ${typeof value}`} is not a JSON value`);
  }
}

function copyString(value: string, copying: Copying): string {
  // an escape takes six bytes at most, quotes and a comma three
  count(copying, value.length + 2, value.length * 6 + 3);
  refuse(stringDefect(value));
  return value;
}

function copyContainer(value: object, depth: number, copying: Copying): Json {
  if (depth > copying.limits.depth) throw new Refusal(`the value is deeper than ${copying.limits.depth} levels, or refers to itself`);
  count(copying, 2, 3);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value) && prototype === Array.prototype) return copyList(value, depth, copying);
  if (prototype !== Object.prototype && prototype !== null) throw new Refusal("an object is not a plain one");
  return copyObject(value, depth, copying);
}

function copyList(list: readonly unknown[], depth: number, copying: Copying): Json {
  refuse(sizeDefect(copying.atLeast + 2 * list.length - 1, copying.limits));
  if (Reflect.ownKeys(list).length !== list.length + 1) throw new Refusal("a list has holes or properties");
  const copy: Json[] = [];
  for (let at = 0; at < list.length; at++) copy.push(copyValue(readMember(list, at), depth + 1, copying));
  return Object.freeze(copy);
}

function copyObject(object: object, depth: number, copying: Copying): JsonObject {
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(object)) {
    refuse(keyDefect(key));
    const value = readMember(object, key);
    if (value === undefined) continue;
    count(copying, key.length + 3, key.length * 6 + 4);
    setMember(copy, key, copyValue(value, depth + 1, copying));
  }
  return Object.freeze(copy);
}

// an accessor has no value to be read, and its code is not ours to run
function readMember(owner: object, key: string | number): unknown {
  const property = Object.getOwnPropertyDescriptor(owner, key);
  if (property === undefined || !("value" in property)) throw new Refusal("a property is computed when it is read");
  return property.value;
}

function count(copying: Copying, atLeast: number, atMost: number): void {
  copying.atLeast += atLeast;
  copying.atMost += atMost;
  refuse(sizeDefect(copying.atLeast, copying.limits));
}

function sizeDefect(bytes: number, limits: JsonLimits): string | undefined {
  return bytes > limits.bytes ? `the value is larger than ${limits.bytes} bytes` : undefined;
}

function refuse(defect: string | undefined): void {
  if (defect !== undefined) throw new Refusal(defect);
}
