import type { Json } from "../../value.ts";
import { ConditionError } from "../fault.ts";
import { Duration, Timestamp } from "./moment.ts";

/** What a condition computes with: JSON, moments and spans of time, and lists and objects of these. */
export type Value = null | boolean | number | string | readonly Value[] | ValueObject | Timestamp | Duration;

/** An object of values; only own properties count. */
export interface ValueObject {
  readonly [key: string]: Value;
}

/** The kinds of value that conditions tell apart; there is one kind of number. */
export type Kind = "null" | "bool" | "number" | "string" | "list" | "object" | "timestamp" | "duration";

/** The kind of a value. */
export function kindOf(value: Value): Kind {
  if (typeof value === "string") return "string";
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "bool";
  if (value === null) return "null";
  if (isList(value)) return "list";
  if (value instanceof Timestamp) return "timestamp";
  return value instanceof Duration ? "duration" : "object";
}

/** How messages name a value: by its kind, since the value itself may be private. */
export function describe(value: Value): string {
  return describeKind(kindOf(value));
}

/** How messages name a kind. */
export function describeKind(kind: Kind): string {
  if (kind === "null") return "null";
  if (kind === "bool") return "a boolean";
  return kind === "object" ? "an object" : `a ${kind}`;
}

/** Whether a value is a list. */
export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether a value is an object: no list, no null, no time. */
export function isRecord(value: Value): value is ValueObject {
  return kindOf(value) === "object";
}

/** Whether a value may have members: an object, or a time, which has no own ones; quicker than isRecord. */
export function mayHaveMembers(value: Value): value is ValueObject {
  return typeof value === "object" && value !== null && !isList(value);
}

/** A value that must be a string; else an error that names what it is for. */
export function asString(value: Value, what: string): string {
  if (typeof value === "string") return value;
  throw new ConditionError(`${what} takes a string, not ${describe(value)}`);
}

/** A value that must be a number. */
export function asNumber(value: Value, what: string): number {
  if (typeof value === "number") return value;
  throw new ConditionError(`${what} takes a number, not ${describe(value)}`);
}

/** A number that was computed: what is not finite is an error. */
export function finite(value: number, what: string): number {
  if (Number.isFinite(value)) return value;
  throw new ConditionError(`${what} is not a finite number`);
}

/** Whether a value is JSON: no time is in it. */
export function isJson(value: Value): value is Json {
  if (typeof value !== "object" || value === null) return true;
  if (isList(value)) return value.every(isJson);
  if (value instanceof Timestamp || value instanceof Duration) return false;
  return Object.values(value).every(isJson);
}
