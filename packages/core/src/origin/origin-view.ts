import type { OriginFacts } from "../condition/facts.ts";
import { SallyportError } from "../error.ts";
import type { Json } from "../value.ts";
import { leavesOf, type Scalar } from "./leaf.ts";
import type { IndexPart, Seen } from "./place.ts";
import { type Trace, Tracer } from "./trace.ts";
import { isWeak } from "./weak.ts";

/** A leaf of a value and where it was seen, in order of time. */
export interface Sighting {
  /** the keys that lead to it */
  readonly path: readonly (string | number)[];
  readonly leaf: Scalar;
  readonly seen: readonly Seen[];
  /** it is short or common: where it was seen proves little */
  readonly weak: boolean;
}

/** Where values were seen, with what explanations need. */
export interface OriginView extends OriginFacts {
  /** Where each leaf of a value was seen. */
  readonly sightings: (value: Json) => readonly Sighting[];
}

const BY_POLICY: Trace = {
  isFromUser: () => false,
  isFromTrusted: () => true,
  isFromUntrusted: () => false,
  isUnseen: () => false,
  seen: () => [{ origin: "policy", trusted: true, how: "exact" }],
};

/**
 * The answers of one or more indexes under one key, the earlier first. `policyWrote`: the values that the policy wrote into
 * the args; leaves are told apart by value, so it may hold only what stands nowhere else in them.
 */
export function viewOrigins(parts: readonly IndexPart[], policyWrote: readonly Json[] = []): OriginView {
  if (new Set(parts.map(({ index }) => index.hashKey.join())).size > 1)
    throw new SallyportError("invalid-input", "the indexes of one view have one key");
  const tracer = new Tracer(parts);
  const byPolicy = new Set(policyWrote.flatMap(leavesOf).map(({ value }) => value));
  const traces = (value: Json): readonly Trace[] => leavesOf(value).map((leaf) => trace(leaf.value));
  const trace = (leaf: Scalar): Trace => (byPolicy.has(leaf) ? BY_POLICY : tracer.of(leaf));
  const every = (value: Json, test: (trace: Trace) => boolean): boolean => {
    const all = traces(value);
    return all.length > 0 && all.every(test);
  };
  return {
    originsOf: (value) => [...new Set(traces(value).flatMap((one) => one.seen().map(({ origin }) => origin)))],
    isFromUser: (value) => every(value, (one) => one.isFromUser()),
    isFromTrusted: (value) => every(value, (one) => one.isFromTrusted()),
    isFromUntrusted: (value) => traces(value).some((one) => one.isFromUntrusted()),
    isUnseen: (value) => traces(value).some((one) => one.isUnseen()),
    sightings: (value) => leavesOf(value).map(({ path, value: leaf }) => ({ path, leaf, seen: trace(leaf).seen(), weak: isWeak(leaf) })),
  };
}
