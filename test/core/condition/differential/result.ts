import { compileCondition } from "../../../../packages/core/src/condition/compile.ts";
import type { Facts } from "../../../../packages/core/src/condition/facts.ts";
import { ConditionError, StepsExceeded } from "../../../../packages/core/src/condition/fault.ts";
import { canonical } from "../../../../packages/core/src/json/canonical.ts";
import type { Json } from "../../../../packages/core/src/value.ts";

/** What becomes of a condition: it does not load, it fails, or it has a value. */
export type Result =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "error"; readonly message?: string }
  | { readonly kind: "refused"; readonly messages?: readonly string[] };

/** What we make of a condition. */
export function ask(source: string, facts: Facts): Result {
  const compiled = compileCondition(source, { use: "set" });
  if (!compiled.ok) return { kind: "refused", messages: compiled.problems.map(({ message }) => message) };
  try {
    return { kind: "value", value: compiled.expression.evaluate(facts) };
  } catch (error) {
    // a generated condition is small: one that runs out of steps is a finding
    if (error instanceof ConditionError && !(error instanceof StepsExceeded)) return { kind: "error", message: error.message };
    throw error;
  }
}

/** A result as one text, the same for equal ones: the order of keys and the sign of zero do not matter. */
export function show(result: Result): string {
  return result.kind === "value" ? canonical(jsonOf(result.value)) : result.kind;
}

function jsonOf(value: unknown): Json {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, jsonOf(member)]));
  return `a ${typeof value}, which is no JSON`;
}
