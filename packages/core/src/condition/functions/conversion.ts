import { Duration, Timestamp, timestampOf } from "../code/moment.ts";
import type { Run } from "../code/run.ts";
import { asString, describe, finite, type Kind, type Value } from "../code/value.ts";
import { ConditionError } from "../fault.ts";
import { BOOL, DURATION, DYN, NUMBER, STRING, TIMESTAMP } from "../type.ts";
import { type Builtin, unary } from "./builtin.ts";
import { formatDuration, formatTimestamp, parseDuration, parseTimestamp } from "./time-text.ts";

const PRINTABLE: readonly Kind[] = ["string", "number", "bool", "timestamp", "duration"];
const EVERY_KIND: readonly Kind[] = [...PRINTABLE, "null", "list", "object"];

/** The conversions; `dyn` only hides what is known of a type. */
export const CONVERSIONS: readonly Builtin[] = [
  {
    name: "int",
    says: "a number cut to a whole one, a text of digits as a number, a timestamp as seconds since 1970",
    example: "int(args.count) <= 10",
    style: "function",
    params: [["number", "string", "timestamp"]],
    result: NUMBER,
    code: unary(toInt),
  },
  {
    name: "uint",
    says: "as `int`, but not negative",
    example: "uint(args.count) <= 10",
    style: "function",
    params: [["number", "string"]],
    result: NUMBER,
    code: unary(toUint),
  },
  {
    name: "double",
    says: "a text as a number",
    example: "double(args.price) < 9.5",
    style: "function",
    params: [["number", "string"]],
    result: NUMBER,
    code: unary(toDouble),
  },
  {
    name: "bool",
    says: "`true` or `false` as a boolean",
    example: "bool(args.force)",
    style: "function",
    params: [["bool", "string"]],
    result: BOOL,
    code: unary(toBool),
  },
  {
    name: "string",
    says: "a value as text",
    example: 'string(args.id) == "7"',
    style: "function",
    params: [PRINTABLE],
    result: STRING,
    code: unary(toText),
  },
  {
    name: "timestamp",
    says: "an RFC 3339 text, or seconds since 1970, as a timestamp",
    example: 'now < timestamp("2027-01-01T00:00:00Z")',
    style: "function",
    params: [["string", "number", "timestamp"]],
    result: TIMESTAMP,
    code: unary(toTimestamp),
  },
  {
    name: "duration",
    says: "a text such as `1h30m` as a span of time (h, m, s, ms, us, ns)",
    example: 'timestamp(args.start) - now > duration("24h")',
    style: "function",
    params: [["string", "duration"]],
    result: DURATION,
    code: unary(toDuration),
  },
  {
    name: "dyn",
    says: "the value itself, with nothing known of its type",
    example: "dyn(args.amount) == 3",
    style: "function",
    params: [EVERY_KIND],
    result: DYN,
    code: unary((value) => value),
  },
];

const INTEGER = /^[+-]?[0-9]{1,40}$/;
const DECIMAL = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?$/i;
const TRUE: readonly string[] = ["1", "t", "true", "TRUE", "True"];
const FALSE: readonly string[] = ["0", "f", "false", "FALSE", "False"];

function toInt(value: Value): number {
  if (value instanceof Timestamp) return value.seconds;
  return integer(value, "int", -(2 ** 63), 2 ** 63);
}

function toUint(value: Value): number {
  return integer(value, "uint", -1, 2 ** 64);
}

/** A number cut to a whole one strictly between two bounds, those that CEL's integers have. */
function integer(value: Value, name: string, above: number, below: number): number {
  const number = typeof value === "string" && INTEGER.test(value) ? Number(value) : value;
  if (typeof number !== "number") throw unreadable(name, value);
  if (number > above && number < below) return Math.trunc(number);
  throw new ConditionError(`\`${name}\` of ${number} is out of range`);
}

function toDouble(value: Value, run: Run): number {
  if (typeof value === "number") return value;
  if (typeof value !== "string") throw unreadable("double", value);
  run.charge(value.length);
  if (DECIMAL.test(value)) return finite(Number(value), "`double`");
  throw unreadable("double", value);
}

function toBool(value: Value): boolean {
  if (typeof value === "boolean") return value;
  if (typeof value === "string" && TRUE.includes(value)) return true;
  if (typeof value === "string" && FALSE.includes(value)) return false;
  throw unreadable("bool", value);
}

function toText(value: Value): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value instanceof Timestamp) return formatTimestamp(value);
  if (value instanceof Duration) return formatDuration(value);
  throw unreadable("string", value);
}

function toTimestamp(value: Value): Timestamp {
  if (value instanceof Timestamp) return value;
  const time = typeof value === "number" ? timestampOf(Math.floor(value), 0) : parseTimestamp(asString(value, "`timestamp`"));
  if (time === undefined) throw unreadable("timestamp", value);
  return time;
}

function toDuration(value: Value): Duration {
  if (value instanceof Duration) return value;
  const span = typeof value === "string" ? parseDuration(value) : undefined;
  if (span === undefined) throw unreadable("duration", value);
  return span;
}

function unreadable(name: string, value: Value): ConditionError {
  const text = typeof value === "string" ? "this string" : typeof value === "number" ? String(value) : describe(value);
  return new ConditionError(`\`${name}\` cannot read ${text}`);
}
