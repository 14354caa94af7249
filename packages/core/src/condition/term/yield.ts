import type { Json } from "../../value.ts";
import { isJson, isList, describe, type Value } from "../code/value.ts";
import type { Scope } from "../expression.ts";
import { ConditionError } from "../fault.ts";
import { describeType, type Type } from "../type.ts";

/** What a condition must yield where it stands. */
export interface Yield {
  /** what messages call it */
  readonly what: string;
  readonly fits: (value: Value) => value is Json;
  /** whether a value of a type can fit */
  readonly fitsType: (type: Type) => boolean;
}

/** What a condition must yield where it stands. */
export function yieldOf(use: Scope["use"]): Yield {
  switch (use) {
    case "when":
    case "when-set":
    case "when-result":
    case "when-input":
    case "when-output":
    case "by":
      return { what: "a boolean", fits: (value) => typeof value === "boolean", fitsType: (type) => type.kind === "bool" };
    case "set":
      return ANY_JSON;
    case "destination":
      return { what: "a string or a list of strings", fits: isDestination, fitsType: isDestinationType };
    case "resource":
      return { what: "a string", fits: (value) => typeof value === "string", fitsType: (type) => type.kind === "string" };
    case "per":
      return { what: "a string or a number", fits: isKey, fitsType: (type) => type.kind === "string" || type.kind === "number" };
    case "amount":
      return { what: "a number", fits: (value) => typeof value === "number", fitsType: (type) => type.kind === "number" };
  }
}

/** Any JSON, but no time. */
export const ANY_JSON: Yield = {
  what: "JSON",
  fits: isJson,
  fitsType: (type) => type.kind !== "timestamp" && type.kind !== "duration",
};

/** What is wrong with a type, where it is known that no value of it will do. */
export function typeProblem(yields: Yield, type: Type): string | undefined {
  return type.kind === "dyn" || yields.fitsType(type) ? undefined : `the condition must yield ${yields.what}, not ${describeType(type)}`;
}

/** A value as the JSON that must be yielded; throws ConditionError where it is something else. */
export function accept(yields: Yield, value: Value): Json {
  if (yields.fits(value)) return value;
  throw new ConditionError(`the condition must yield ${yields.what}, not ${describe(value)}`);
}

function isKey(value: Value): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

function isDestination(value: Value): value is string | readonly string[] {
  return typeof value === "string" || (isList(value) && value.every((element) => typeof element === "string"));
}

function isDestinationType(type: Type): boolean {
  return type.kind === "string" || (type.kind === "list" && ["string", "dyn"].includes(type.items.kind));
}
