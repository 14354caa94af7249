import { ConditionError } from "../fault.ts";
import { type Operand, read } from "./access.ts";
import { unlike } from "./equality.ts";
import { compareMoments, Duration, Timestamp } from "./moment.ts";
import type { Code, Run } from "./run.ts";
import { describe, kindOf, type Value } from "./value.ts";

/** The operators that order. */
export type OrderOperator = "<" | "<=" | ">" | ">=";

/** `a < b` and its like: numbers, strings by code points, booleans and times, each among themselves. */
export function orderCode(operator: OrderOperator, left: Code, right: Code): Code {
  switch (operator) {
    case "<":
      return (facts, run) => order(left(facts, run), right(facts, run), run) < 0;
    case "<=":
      return (facts, run) => order(left(facts, run), right(facts, run), run) <= 0;
    case ">":
      return (facts, run) => order(left(facts, run), right(facts, run), run) > 0;
    case ">=":
      return (facts, run) => order(left(facts, run), right(facts, run), run) >= 0;
  }
}

/** The same against a number that stands in the condition, which most conditions do. */
export function limitCode(operator: OrderOperator, { code, place }: Operand, limit: number): Code {
  switch (operator) {
    case "<":
      return (facts, run) => ordered(read(code, place, facts, run), limit) < limit;
    case "<=":
      return (facts, run) => ordered(read(code, place, facts, run), limit) <= limit;
    case ">":
      return (facts, run) => ordered(read(code, place, facts, run), limit) > limit;
    case ">=":
      return (facts, run) => ordered(read(code, place, facts, run), limit) >= limit;
  }
}

function ordered(value: Value, limit: number): number {
  if (typeof value === "number") return value;
  throw unlike(value, limit);
}

function order(a: Value, b: Value, run: Run): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return orderText(a, b, run);
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  if (a instanceof Timestamp && b instanceof Timestamp) return compareMoments(a, b);
  if (a instanceof Duration && b instanceof Duration) return compareMoments(a, b);
  throw kindOf(a) === kindOf(b) ? new ConditionError(`${describe(a)} has no order`) : unlike(a, b);
}

/** UTF-16 orders surrogates below the characters from U+E000 on; code points do not. */
function orderText(a: string, b: string, run: Run): number {
  const shorter = Math.min(a.length, b.length);
  run.charge(shorter);
  for (let position = 0; position < shorter; position++) {
    const difference = weight(a.charCodeAt(position)) - weight(b.charCodeAt(position));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function weight(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
