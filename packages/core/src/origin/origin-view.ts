import type { OriginFacts } from "../condition/facts.ts";
import { SallyportError } from "../error.ts";
import type { Json } from "../value.ts";
import { CharacterClasses } from "./character.ts";
import { type Leaf, leavesOf, type Scalar } from "./leaf.ts";
import { type Hit, type How, lookUp } from "./lookup.ts";
import type { Hashing } from "./needle.ts";
import type { OriginIndex } from "./origin-index.ts";
import { isTrusted, originOf, type TextSource } from "./source.ts";

/** An index as far as it is looked at: a child sees its parent's as it was when the child started. */
export interface IndexPart {
  readonly index: OriginIndex;
  /** how many of its texts count */
  readonly size: number;
}

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

/** A sighting of a leaf as the functions see it. */
interface Trace extends Seen {
  readonly source: TextSource["kind"] | "policy";
  /** the user had said it before */
  readonly afterUser: boolean;
}

/** The answers of one or more indexes under one key, the earlier first, with the values that the policy wrote. */
export function viewOrigins(parts: readonly IndexPart[], policyWrote: readonly Json[] = []): OriginView {
  const trace = tracer(parts, new Set(policyWrote.flatMap(leavesOf).map(({ value }) => value)));
  const leaves = (value: Json): readonly (readonly Trace[])[] => leavesOf(value).map((leaf) => trace(leaf.value));
  const isEach = (value: Json, test: (seen: Trace) => boolean): boolean => {
    const all = leaves(value);
    return all.length > 0 && all.every((traces) => traces.some((seen) => seen.how === "exact" && test(seen)));
  };
  return {
    originsOf: (value) => [...new Set(leaves(value).flat().map(({ origin }) => origin))],
    isFromUser: (value) => isEach(value, ({ source }) => source === "user"),
    isFromTrusted: (value) => isEach(value, ({ trusted }) => trusted),
    isFromUntrusted: (value) => leaves(value).flat().some((seen) => !seen.trusted && !seen.afterUser),
    isUnseen: (value) => leaves(value).some((traces) => !traces.some(({ how }) => how === "exact")),
    sightings: (value) => leavesOf(value).map((leaf) => sightingOf(leaf, trace(leaf.value))),
  };
}

function sightingOf({ path, value }: Leaf, traces: readonly Trace[]): Sighting {
  return { path, leaf: value, seen: traces.map(({ origin, trusted, how }) => ({ origin, trusted, how })), weak: isWeak(value) };
}

/** Whether where a leaf was seen proves little: it is short. */
function isWeak(leaf: Scalar): boolean {
  return String(leaf).length <= 2;
}

const BY_POLICY: Trace = { origin: "policy", source: "policy", trusted: true, how: "exact", afterUser: false };

/** Looks leaves up, each once. */
function tracer(parts: readonly IndexPart[], byPolicy: ReadonlySet<Scalar>): (leaf: Scalar) => readonly Trace[] {
  const known = new Map<Scalar, readonly Trace[]>();
  const [first] = parts;
  const hashing = first === undefined ? undefined : { hashKey: first.index.hashKey, classes: new CharacterClasses() };
  if (parts.some(({ index }) => index.hashKey.join() !== hashing?.hashKey.join()))
    throw new SallyportError("invalid-input", "the indexes of one view have one key");
  return (leaf) => {
    const traces = known.get(leaf) ?? (byPolicy.has(leaf) ? [BY_POLICY] : hashing === undefined ? [] : traceLeaf(parts, leaf, hashing));
    known.set(leaf, traces);
    return traces;
  };
}

function traceLeaf(parts: readonly IndexPart[], leaf: Scalar, hashing: Hashing): readonly Trace[] {
  const traces: Trace[] = [];
  for (const { index, size } of parts) {
    const hits = lookUp(index.tokens, leaf, hashing).filter(({ text }) => text < size);
    const texts = [...new Set(hits.filter(({ echo }) => !echo).map(({ text }) => text))].sort((a, b) => a - b);
    for (const text of texts) {
      const source = index.source(text);
      const here = hits.filter((hit) => hit.text === text);
      const how = source === undefined || isEchoed(source, here) ? undefined : howSeen(here);
      if (source === undefined || how === undefined) continue;
      const afterUser = traces.some((earlier) => earlier.source === "user");
      traces.push({ origin: originOf(source), source: source.kind, trusted: isTrusted(source), how, afterUser });
    }
  }
  return traces;
}

function isEchoed(source: TextSource, hits: readonly Hit[]): boolean {
  return hits.some(({ echo, how }) => echo && (how === "exact" || isTrusted(source)));
}

function howSeen(hits: readonly Hit[]): How | undefined {
  const ways: readonly How[] = ["exact", "alike", "part", "decoded"];
  return ways.find((way) => hits.some(({ echo, how }) => !echo && how === way));
}
