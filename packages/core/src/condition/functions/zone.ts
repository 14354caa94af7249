/** From milliseconds since 1970 to what a clock on the wall shows, as if that were UTC. */
export type Zone = (millis: number) => number;

const OFFSET = /^([+-]?)([0-9]{2}):([0-9]{2})$/;

/** The zone of an IANA name or of an offset such as `+02:00`; undefined where there is none. */
export function compileZone(name: string): Zone | undefined {
  if (name.length > 64) return undefined;
  const offset = OFFSET.exec(name);
  return offset === null ? namedZone(name) : offsetZone(offset[1] === "-" ? -1 : 1, Number(offset[2]), Number(offset[3]));
}

function offsetZone(sign: number, hours: number, minutes: number): Zone | undefined {
  if (hours > 23 || minutes > 59) return undefined;
  const shift = sign * (hours * 60 + minutes) * 60_000;
  return (millis) => millis + shift;
}

function namedZone(name: string): Zone | undefined {
  const format = formatIn(name);
  if (format === undefined) return undefined;
  return (millis) => wallClock(format, millis);
}

function formatIn(timeZone: string): Intl.DateTimeFormat | undefined {
  const numbers = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" } as const;
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, calendar: "iso8601", hourCycle: "h23", era: "short", ...numbers });
  } catch (error) {
    // RangeError is how Intl says that there is no such zone
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function wallClock(format: Intl.DateTimeFormat, millis: number): number {
  const part = new Map(format.formatToParts(millis).map(({ type, value }) => [type, value]));
  const number = (type: Intl.DateTimeFormatPartTypes): number => Number(part.get(type));
  const year = part.get("era")?.startsWith("B") === true ? 1 - number("year") : number("year");
  const wall = new Date(0);
  wall.setUTCFullYear(year, number("month") - 1, number("day"));
  return wall.setUTCHours(number("hour"), number("minute"), number("second"), ((millis % 1000) + 1000) % 1000);
}
