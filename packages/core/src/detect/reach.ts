import type { CustomPattern } from "./custom.ts";
import { isBuiltIn, type BuiltIn } from "./names.ts";

/**
 * How many characters from its start on a finding is known at the latest: what stands further behind neither makes nor
 * ends one, but for what goes on without a break (a long URL, the body of a key).
 */
const REACH: Readonly<Record<BuiltIn, number>> = { pii: 512, secrets: 1536, prompt_injection: 2048, urls: 512 };

/** The longest of a custom pattern's matches is taken for bounded up to this many characters. */
const LONGEST_MATCH = 2048;

/** The reach of some detectors; undefined where a custom pattern may match more than can be held back. */
export function reachOf(names: readonly string[], custom: readonly CustomPattern[]): number | undefined {
  const reaches = names.map((name) => {
    const pattern = custom.find((candidate) => candidate.name === name);
    if (pattern !== undefined) return longestMatch(pattern.pattern);
    const detector = name.split(".", 1)[0] ?? "";
    return isBuiltIn(detector) ? REACH[detector] : Number.POSITIVE_INFINITY;
  });
  const reach = Math.max(0, ...reaches);
  return reach > LONGEST_MATCH ? undefined : reach;
}

const ESCAPED = /\\./gs;
const UNBOUNDED = /[*+]|\{\d+,\}/;
/** the longest character, in UTF-16 units */
const LONGEST_CHARACTER = 2;
const REPEATS = /\{(?:\d+,)?(\d+)\}/g;

/** At most so long is a match: the pattern's own length, as often as all its repeats together could make of it. */
function longestMatch(pattern: string): number {
  // an escaped sign repeats nothing, but what stands behind an escaped backslash does
  if (UNBOUNDED.test(pattern.replace(ESCAPED, "_"))) return Number.POSITIVE_INFINITY;
  const repeats = [...pattern.matchAll(REPEATS)].map(([, most]) => Number(most));
  return repeats.reduce((product, most) => product * Math.max(1, most), LONGEST_CHARACTER * pattern.length);
}
