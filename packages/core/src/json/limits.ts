/** How large a JSON value may be. */
export interface JsonLimits {
  /** levels of lists and objects; the value itself is the first */
  readonly depth: number;
  /** bytes of its canonical text in UTF-8 */
  readonly bytes: number;
}

/** The limits of args: 64 levels and 1 MiB. */
export const ARGS_LIMITS: JsonLimits = { depth: 64, bytes: 1024 * 1024 };

/** What is wrong with a number as a JSON value; an integer beyond ±(2^53−1) may stand for several. */
export function numberDefect(value: number): string | undefined {
  if (!Number.isFinite(value)) return "a number is not finite";
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return "an integer is beyond ±(2^53−1)";
  return undefined;
}

/** What is wrong with a string or a key as JSON text. */
export function stringDefect(value: string): string | undefined {
  return LONE_SURROGATE.test(value) ? "a string has a lone surrogate" : undefined;
}

/** What is wrong with the name of an object's member. */
export function keyDefect(key: string): string | undefined {
  return key === "__proto__" ? "an object has the key `__proto__`" : stringDefect(key);
}

// under the flag u a pair is one character, so that only halves without the other one match
const LONE_SURROGATE = /[\ud800-\udfff]/u;
