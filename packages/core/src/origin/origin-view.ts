import type { OriginFacts } from "../condition/facts.ts";
import { SallyportError } from "../error.ts";
import type { Json } from "../value.ts";
import { type Leaf, leavesOf, type Scalar } from "./leaf.ts";
import { type How, type IndexPart, type Trace, Tracer } from "./trace.ts";
import { isWeak } from "./weak.ts";

/** A text in which a leaf was seen. */
interface Seen {
  /** `user`, `system`, `policy`, `external`, `tool:NAME#CALL` */
  readonly origin: string;
  readonly trusted: boolean;
  readonly how: How;
}

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

const BY_POLICY: readonly Trace[] = [{ origin: "policy", kind: "policy", trusted: true, how: "exact", afterUser: false }];

/**
 * The answers of one or more indexes under one key, the earlier first. `policyWrote`: the values that the policy wrote into
 * the args; leaves are told apart by value, so it may hold only what stands nowhere else in them.
 */
export function viewOrigins(parts: readonly IndexPart[], policyWrote: readonly Json[] = []): OriginView {
  if (new Set(parts.map(({ index }) => index.kit.hashKey.join())).size > 1)
    throw new SallyportError("invalid-input", "the indexes of one view have one key");
  const tracer = new Tracer(parts);
  const byPolicy = new Set(policyWrote.flatMap(leavesOf).map(({ value }) => value));
  const trace = ({ value }: Leaf): readonly Trace[] => (byPolicy.has(value) ? BY_POLICY : tracer.of(value));
  const some = (value: Json, test: (traces: readonly Trace[]) => boolean): boolean => leavesOf(value).some((leaf) => test(trace(leaf)));
  const every = (value: Json, test: (seen: Trace) => boolean): boolean => {
    const leaves = leavesOf(value);
    return leaves.length > 0 && leaves.every((leaf) => trace(leaf).some((seen) => seen.how === "exact" && test(seen)));
  };
  return {
    originsOf: (value) => [...new Set(leavesOf(value).flatMap((leaf) => trace(leaf).map(({ origin }) => origin)))],
    isFromUser: (value) => every(value, ({ kind }) => kind === "user"),
    isFromTrusted: (value) => every(value, ({ trusted }) => trusted),
    isFromUntrusted: (value) => some(value, (traces) => traces.some(({ trusted, afterUser }) => !trusted && !afterUser)),
    isUnseen: (value) => some(value, (traces) => !traces.some(({ how }) => how === "exact")),
    sightings: (value) => leavesOf(value).map((leaf) => sightingOf(leaf, trace(leaf))),
  };
}

function sightingOf({ path, value }: Leaf, traces: readonly Trace[]): Sighting {
  return { path, leaf: value, seen: traces.map(({ origin, trusted, how }) => ({ origin, trusted, how })), weak: isWeak(value) };
}
