/** The least and the greatest second of a timestamp: the years 1 to 9999. */
const FIRST_SECOND = -62_135_596_800;
const LAST_SECOND = 253_402_300_799;
/** A duration fits into 64 bits of nanoseconds, as in CEL: about 292 years. */
const LONGEST_SECONDS = 9_223_372_036;
const NANOS = 1_000_000_000;

/** A point in time, to the nanosecond; without own properties, so that no condition can look into it. */
export class Timestamp {
  readonly #seconds: number;
  readonly #nanos: number;

  /** seconds since 1970, nanoseconds from 0 to 999,999,999 */
  constructor(seconds: number, nanos: number) {
    this.#seconds = seconds;
    this.#nanos = nanos;
  }

  get seconds(): number {
    return this.#seconds;
  }

  get nanos(): number {
    return this.#nanos;
  }

  /** The moment in milliseconds since 1970, what is below a millisecond cut off. */
  get millis(): number {
    return this.#seconds * 1000 + Math.floor(this.#nanos / 1_000_000);
  }
}

/** A span of time, to the nanosecond; without own properties, as Timestamp. */
export class Duration {
  readonly #seconds: number;
  readonly #nanos: number;

  /** whole seconds rounded down, and nanoseconds from 0 to 999,999,999 to add */
  constructor(seconds: number, nanos: number) {
    this.#seconds = seconds;
    this.#nanos = nanos;
  }

  get seconds(): number {
    return this.#seconds;
  }

  get nanos(): number {
    return this.#nanos;
  }
}

/** The timestamp of seconds and nanoseconds that need not be in range; undefined outside the years 1 to 9999. */
export function timestampOf(seconds: number, nanos: number): Timestamp | undefined {
  const whole = seconds + Math.floor(nanos / NANOS);
  if (!(whole >= FIRST_SECOND && whole <= LAST_SECOND)) return undefined;
  return new Timestamp(whole, nanos - Math.floor(nanos / NANOS) * NANOS);
}

/** The timestamp of milliseconds since 1970; undefined outside the years 1 to 9999. */
export function timestampOfMillis(millis: number): Timestamp | undefined {
  const seconds = Math.floor(millis / 1000);
  return timestampOf(seconds, Math.floor((millis - seconds * 1000) * 1_000_000));
}

/** The duration of seconds and nanoseconds that need not be in range; undefined beyond 292 years. */
export function durationOf(seconds: number, nanos: number): Duration | undefined {
  const whole = seconds + Math.floor(nanos / NANOS);
  if (!(Math.abs(whole) <= LONGEST_SECONDS)) return undefined;
  return new Duration(whole, nanos - Math.floor(nanos / NANOS) * NANOS);
}

/** How two moments or two spans stand to each other: negative, zero or positive. */
export function compareMoments(a: Timestamp | Duration, b: Timestamp | Duration): number {
  return a.seconds - b.seconds || a.nanos - b.nanos;
}
