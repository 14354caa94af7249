import { Environment } from "@marcbachmann/cel-js";
import type { Facts } from "../../../../packages/core/src/condition/facts.ts";
import { isObject, type Json } from "../../../../packages/core/src/value.ts";
import type { Result } from "./result.ts";

const PEER = new Environment({ homogeneousAggregateLiterals: false, limits: { maxDepth: 400 } })
  .registerVariable("args", "map")
  .registerVariable("principal", "map")
  .registerVariable("context", "map")
  .registerVariable("session", "map")
  .registerVariable("now", "google.protobuf.Timestamp")
  .registerFunction("alike(dyn, dyn): bool", (a: Json, b: Json) => orFail(difference(a, b)))
  .registerFunction("alikeWithin(dyn, dyn): bool", (value: Json, container: Json) => orFail(membership(value, container)))
  .registerFunction("joined(dyn, dyn): dyn", joined)
  .registerFunction("finite(dyn): dyn", finite)
  .registerFunction("inRange(dyn): dyn", inRange);

/** What the peer makes of a condition. */
export function askPeer(source: string, { args, principal, context, session, now }: Facts): Result {
  const parsed = attempt(() => PEER.parse(source));
  if (parsed === undefined || !parsed.check().valid) return { kind: "refused" };
  const value = attempt(() => ({ is: parsed({ args, principal, context, session, now: new Date(now) }) }));
  return value === undefined ? { kind: "error" } : { kind: "value", value: value.is };
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    // the peer says by throwing that it has no value
    return undefined;
  }
}

/** Whether two values are equal; undefined where values of different types would have to be compared to know. */
type Equality = boolean | undefined;

function orFail(equality: Equality): true {
  if (equality !== undefined) return true;
  throw new Error("values of different types");
}

function difference(a: Json, b: Json): Equality {
  if (a === null || b === null) return a === b;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && every(a.map((element: Json, at) => difference(element, b[at])));
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    if (keys.length !== Object.keys(b).length || keys.some((key) => !Object.hasOwn(b, key))) return false;
    return every(keys.map((key) => difference(a[key] ?? null, b[key] ?? null)));
  }
  const scalars = typeof a !== "object" && typeof b !== "object";
  return scalars && typeof a === typeof b ? a === b : undefined;
}

function every(parts: readonly Equality[]): Equality {
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

function membership(value: Json, container: Json): Equality {
  if (typeof container !== "object" || container === null) return undefined;
  const elements: readonly Json[] = Array.isArray(container) ? container : Object.keys(container);
  const found = elements.map((element) => difference(element, value));
  if (found.includes(true)) return true;
  return found.includes(undefined) ? undefined : false;
}

/** `a + b` of lists; a fact may hold texts or numbers in their place. */
function joined(a: Json, b: Json): unknown {
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  if (typeof a === "string" && typeof b === "string") return a + b;
  if (typeof a === "number" && typeof b === "number") return finite(a + b);
  throw new Error("these cannot be added");
}

function finite(value: unknown): unknown {
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  throw new Error("not a finite number");
}

function inRange(value: unknown): unknown {
  if (value === "" || (typeof value === "number" && Math.abs(value) >= 2 ** 63)) throw new Error("no whole number of 64 bits");
  return value;
}
