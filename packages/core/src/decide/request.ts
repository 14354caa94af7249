import type { SessionFacts } from "../condition/facts.ts";
import type { JsonObject } from "../value.ts";

/** All that a decision may depend on: no clock, no store, no randomness beside it. */
export interface Request {
  readonly tool: string;
  /** the args as they were proposed (or edited), parsed and frozen */
  readonly args: JsonObject;
  /** at the claim: the args that were decided on; they are not `set` again */
  readonly settled?: JsonObject;
  readonly principal: JsonObject;
  readonly agent: JsonObject & { readonly id: string };
  readonly context: JsonObject;
  readonly session: SessionFacts;
  /** milliseconds since 1970 */
  readonly now: number;
}

/** What was claimed of a limit within its window: the id of the limit and the key of its `per`. */
export type Usage = (limit: string, key: string) => number;
