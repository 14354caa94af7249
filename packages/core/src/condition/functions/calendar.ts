import { Duration, Timestamp } from "../code/moment.ts";
import type { Code, Run } from "../code/run.ts";
import { asString, describe, type Value } from "../code/value.ts";
import { ConditionError } from "../fault.ts";
import { fixedValue, type Term } from "../term/term.ts";
import { NUMBER } from "../type.ts";
import { type Builtin, codeOf } from "./builtin.ts";
import { compileZone, type Zone } from "./zone.ts";

/** What a clock on the wall shows, as a date whose UTC fields are the local ones. */
type Field = (wall: Date) => number;

const ZONE_STEPS = 100;
const HOURS: Field = (wall) => wall.getUTCHours();

/** The parts of a timestamp, in UTC or in a zone, and those of a duration. */
export const CALENDAR_FUNCTIONS: readonly Builtin[] = [
  field("getFullYear", "the year", "now.getFullYear() >= 2027", (wall) => wall.getUTCFullYear()),
  field("getMonth", "the month, from 0", "now.getMonth() == 11", (wall) => wall.getUTCMonth()),
  field("getDate", "the day of the month, from 1", "now.getDate() <= 3", (wall) => wall.getUTCDate()),
  field("getDayOfMonth", "the day of the month, from 0", "now.getDayOfMonth() == 0", (wall) => wall.getUTCDate() - 1),
  field("getDayOfWeek", "the day of the week, from 0, a Sunday", 'now.getDayOfWeek("Europe/Berlin") in [0, 6]', (wall) => wall.getUTCDay()),
  field("getDayOfYear", "the day of the year, from 0", "now.getDayOfYear() < 7", dayOfYear),
  field(
    "getHours",
    "the hour; of a duration its whole hours",
    'now.getHours("Europe/Berlin") < 7',
    HOURS,
    (span) => wholeSeconds(span) / 3600,
  ),
  field(
    "getMinutes",
    "the minute; of a duration its whole minutes",
    "now.getMinutes() < 30",
    (wall) => wall.getUTCMinutes(),
    (span) => wholeSeconds(span) / 60,
  ),
  field(
    "getSeconds",
    "the second; of a duration its whole seconds",
    "duration(args.wait).getSeconds() <= 60",
    (wall) => wall.getUTCSeconds(),
    wholeSeconds,
  ),
  field(
    "getMilliseconds",
    "the milliseconds within the second",
    "now.getMilliseconds() == 0",
    (wall) => wall.getUTCMilliseconds(),
    (span) => (signedNanos(span) / 1_000_000) % 1000,
  ),
  {
    name: "hour",
    says: "the hour on the clock of a time zone: an IANA name, or an offset such as `+02:00`",
    example: 'hour(now, "Europe/Berlin") >= 18',
    style: "function",
    params: [["timestamp"], ["string"]],
    result: NUMBER,
    code: (args) => fieldCode("hour", args, HOURS),
  },
];

function field(name: string, part: string, example: string, ofTime: Field, ofSpan?: (span: Duration) => number): Builtin {
  const receiver = ofSpan === undefined ? (["timestamp"] as const) : (["timestamp", "duration"] as const);
  const code = (args: readonly Term[]): Code => fieldCode(name, args, ofTime, ofSpan);
  const says = `${part}; in UTC, or in the time zone that is named`;
  return { name, says, example, style: "method", params: [receiver, ["string"]], optional: 1, result: NUMBER, code };
}

function fieldCode(name: string, [time, zone]: readonly Term[], ofTime: Field, ofSpan?: (span: Duration) => number): Code {
  const moment = codeOf(time);
  const wallClock = zoneCode(zone);
  return (facts, run) => {
    const value = moment(facts, run);
    if (value instanceof Timestamp) return ofTime(new Date(wallClock(facts, run)(value.millis)));
    if (value instanceof Duration && ofSpan !== undefined && zone === undefined) return Math.trunc(ofSpan(value));
    throw new ConditionError(`\`${name}\` takes a timestamp, not ${describe(value)}`);
  };
}

/** The zone of a call: one that is known at load is made once, and must exist. */
function zoneCode(zone: Term | undefined): (...run: Parameters<Code>) => Zone {
  if (zone === undefined) return () => (millis) => millis;
  const known = fixedValue(zone);
  if (known === undefined) return (facts, run) => dynamicZone(zone.code(facts, run), run);
  const compiled = namedZone(known);
  return () => compiled;
}

/** To find a zone takes as long as many other steps. */
function dynamicZone(name: Value, run: Run): Zone {
  run.charge(ZONE_STEPS);
  return namedZone(name);
}

function namedZone(name: Value): Zone {
  const zone = compileZone(asString(name, "a time zone"));
  if (zone === undefined) throw new ConditionError(`there is no time zone ${JSON.stringify(name).slice(0, 60)}`);
  return zone;
}

function dayOfYear(wall: Date): number {
  const start = new Date(wall).setUTCMonth(0, 1);
  return Math.round((wall.getTime() - start) / 86_400_000);
}

function wholeSeconds(span: Duration): number {
  return Math.trunc(span.seconds + span.nanos / 1_000_000_000);
}

function signedNanos(span: Duration): number {
  const negative = span.seconds < 0 && span.nanos > 0;
  return negative ? span.nanos - 1_000_000_000 : span.nanos;
}
