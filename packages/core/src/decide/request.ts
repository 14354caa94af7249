import type { OriginFacts, SessionFacts } from "../condition/facts.ts";
import type { Json, JsonObject } from "../value.ts";

/** Placeholders that a session has made already: values are recognised, also those that are kept nowhere. */
export interface Placeholders {
  /** The placeholder that stands for a value already; undefined: none yet. */
  readonly of: (value: string) => string | undefined;
  /** Whether a placeholder is taken. */
  readonly isTaken: (placeholder: string) => boolean;
  /** stands in new ones, so that no two sessions that hand texts to each other make the same; absent: nothing does */
  readonly mark?: string;
}

/** All that a decision may depend on: no clock, no store, no randomness beside it. */
export interface Request {
  readonly tool: string;
  /** the args as they were proposed (or edited), parsed and frozen */
  readonly args: JsonObject;
  /** at the claim: the args that were decided on; they are not `set` again */
  readonly settled?: JsonObject | undefined;
  readonly principal: JsonObject;
  readonly agent: JsonObject & { readonly id: string };
  readonly context: JsonObject;
  readonly session: SessionFacts;
  /** the workflow that the session follows, where its next step (from 0) is still to come; undefined: none */
  readonly workflow?: { readonly id: string; readonly digest: string; readonly next: number } | undefined;
  /** milliseconds since 1970 */
  readonly now: number;
  /** where values were seen, and these the policy wrote; undefined: nobody knows, and conditions that ask fail */
  readonly origins?: ((policyWrote: readonly Json[]) => OriginFacts) | undefined;
  /** the placeholders of the session so far; undefined: none */
  readonly placeholders?: Placeholders;
  /** the values behind placeholders, for `reveal`; undefined: none */
  readonly redacted?: ReadonlyMap<string, string>;
}

/** What was claimed of a limit within its window: the id of the limit and the key of its `per`. */
export type Usage = (limit: string, key: string) => number;
