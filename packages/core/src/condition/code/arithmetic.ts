import { ConditionError } from "../fault.ts";
import { DURATION, DYN, joinTypes, listOf, NUMBER, STRING, TIMESTAMP, type Type } from "../type.ts";
import { Duration, durationOf, Timestamp, timestampOf } from "./moment.ts";
import type { Code, Run } from "./run.ts";
import { asNumber, finite, isList, describe, type Value } from "./value.ts";

/** The operators that compute. */
export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%";

/** `a + b` and its like. */
export function arithmeticCode(operator: ArithmeticOperator, left: Code, right: Code): Code {
  switch (operator) {
    case "+":
      return (facts, run) => add(left(facts, run), right(facts, run), run);
    case "-":
      return (facts, run) => subtract(left(facts, run), right(facts, run));
    case "*":
      return (facts, run) => finite(operand(left(facts, run), "*") * operand(right(facts, run), "*"), "the product");
    case "/":
      return (facts, run) => finite(operand(left(facts, run), "/") / divisor(right(facts, run), "/"), "the quotient");
    case "%":
      return (facts, run) => operand(left(facts, run), "%") % divisor(right(facts, run), "%");
  }
}

/** `-a` */
export function negateCode(value: Code): Code {
  return (facts, run) => -operand(value(facts, run), "-");
}

type Row = readonly [left: Type["kind"], right: Type["kind"], result: Type];
const NUMBERS: readonly Row[] = [["number", "number", NUMBER]];
const SUMS: readonly Row[] = [
  ...NUMBERS,
  ["string", "string", STRING],
  ["list", "list", listOf(DYN)],
  ["timestamp", "duration", TIMESTAMP],
  ["duration", "timestamp", TIMESTAMP],
  ["duration", "duration", DURATION],
];
const DIFFERENCES: readonly Row[] = [
  ...NUMBERS,
  ["timestamp", "timestamp", DURATION],
  ["timestamp", "duration", TIMESTAMP],
  ["duration", "duration", DURATION],
];

/** The type of `a + b` and its like; undefined where values of these types cannot be computed with. */
export function arithmeticType(operator: ArithmeticOperator, left: Type, right: Type): Type | undefined {
  if (operator === "+" && left.kind === "list" && right.kind === "list") return joinTypes([left, right]);
  const rows = operator === "+" ? SUMS : operator === "-" ? DIFFERENCES : NUMBERS;
  const fitting = rows.filter((row) => fits(left, row[0]) && fits(right, row[1]));
  return fitting.length === 0 ? undefined : joinTypes(fitting.map((row) => row[2]));
}

function fits(type: Type, kind: Type["kind"]): boolean {
  return type.kind === "dyn" || type.kind === kind;
}

function operand(value: Value, operator: ArithmeticOperator): number {
  return asNumber(value, `\`${operator}\``);
}

function divisor(value: Value, operator: ArithmeticOperator): number {
  const number = operand(value, operator);
  if (number === 0) throw new ConditionError("division by zero");
  return number;
}

function add(a: Value, b: Value, run: Run): Value {
  if (typeof a === "number" && typeof b === "number") return finite(a + b, "the sum");
  if (typeof a === "string" && typeof b === "string") {
    run.charge(a.length + b.length);
    return a + b;
  }
  if (isList(a) && isList(b)) {
    run.charge(a.length + b.length);
    return [...a, ...b];
  }
  if (a instanceof Timestamp && b instanceof Duration) return inRange(timestampOf(a.seconds + b.seconds, a.nanos + b.nanos));
  if (a instanceof Duration && b instanceof Timestamp) return inRange(timestampOf(a.seconds + b.seconds, a.nanos + b.nanos));
  if (a instanceof Duration && b instanceof Duration) return inRange(durationOf(a.seconds + b.seconds, a.nanos + b.nanos));
  throw new ConditionError(`${describe(a)} and ${describe(b)} cannot be added`);
}

function subtract(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") return finite(a - b, "the difference");
  if (a instanceof Timestamp && b instanceof Timestamp) return inRange(durationOf(a.seconds - b.seconds, a.nanos - b.nanos));
  if (a instanceof Timestamp && b instanceof Duration) return inRange(timestampOf(a.seconds - b.seconds, a.nanos - b.nanos));
  if (a instanceof Duration && b instanceof Duration) return inRange(durationOf(a.seconds - b.seconds, a.nanos - b.nanos));
  throw new ConditionError(`${describe(b)} cannot be subtracted from ${describe(a)}`);
}

function inRange(time: Timestamp | Duration | undefined): Value {
  if (time !== undefined) return time;
  throw new ConditionError("the time is out of range");
}
