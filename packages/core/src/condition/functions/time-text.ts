import { type Duration, durationOf, type Timestamp, timestampOf } from "../code/moment.ts";

const RFC3339 = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/;
const DURATION = /^([+-]?)((?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:h|ms|m|s|us|µs|μs|ns))+$/;
const DURATION_PART = /([0-9]*)(?:\.([0-9]*))?(h|ms|m|s|us|µs|μs|ns)/g;

/** Nanoseconds in a unit of durations. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ["h", 3_600_000_000_000],
  ["m", 60_000_000_000],
  ["s", 1_000_000_000],
  ["ms", 1_000_000],
  ["us", 1000],
  ["µs", 1000],
  ["μs", 1000],
  ["ns", 1],
]);

/** Reads an RFC 3339 time such as `2026-11-22T10:00:00Z`; undefined where it is none. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match = text.length > 40 ? null : RFC3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = "", sign, offsetHour = "0", offsetMinute = "0"] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined;
  const midnight = new Date(0).setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const date = new Date(midnight);
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  const offset = (sign === "-" ? -1 : 1) * (Number(offsetHour) * 3600 + Number(offsetMinute) * 60);
  const seconds = midnight / 1000 + Number(hour) * 3600 + Number(minute) * 60 + Number(second) - offset;
  return timestampOf(seconds, Number(fraction.padEnd(9, "0")));
}

/** The RFC 3339 text of a timestamp, in UTC. */
export function formatTimestamp(time: Timestamp): string {
  const whole = new Date(time.seconds * 1000).toISOString().slice(0, 19);
  return `${whole}${fractionOf(time.nanos)}Z`;
}

/** Reads a duration such as `1h30m` or `-1.5s`; undefined where it is none. */
export function parseDuration(text: string): Duration | undefined {
  if (text.length > 100 || (!DURATION.test(text) && !/^[+-]?0$/.test(text))) return undefined;
  let nanos = 0n;
  for (const [, whole = "", fraction = "", unit = ""] of text.matchAll(DURATION_PART)) {
    const scale = BigInt(UNITS.get(unit) ?? 0);
    nanos += BigInt(whole || "0") * scale + (BigInt(fraction || "0") * scale) / 10n ** BigInt(fraction.length);
  }
  const signed = text.startsWith("-") ? -nanos : nanos;
  return durationOf(Number(signed / 1_000_000_000n), Number(signed % 1_000_000_000n));
}

/** The text of a duration: its seconds, as CEL writes it. */
export function formatDuration(span: Duration): string {
  const negative = span.seconds < 0 && span.nanos > 0;
  const [seconds, nanos] = negative ? [span.seconds + 1, 1_000_000_000 - span.nanos] : [span.seconds, span.nanos];
  return `${negative && seconds === 0 ? "-" : ""}${seconds}${fractionOf(nanos)}s`;
}

function fractionOf(nanos: number): string {
  return nanos === 0 ? "" : `.${String(nanos).padStart(9, "0").replace(/0+$/, "")}`;
}
