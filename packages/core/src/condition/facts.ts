import type { Json, JsonObject } from "../value.ts";

/** What tools can do, as policies and records spell it. */
export const EFFECTS = ["read", "write", "side_effect", "unclassified"] as const;

/** What a tool can do. */
export type Effect = (typeof EFFECTS)[number];

/** What conditions see of the tool that is called. */
export type ToolFacts = {
  readonly name: string;
  readonly effect: Effect;
  readonly trust: "trusted" | "untrusted";
  readonly credential: boolean;
  readonly labels: readonly string[];
};

/** A call that was claimed earlier in the session; rows and bytes are 0 until its result came. */
export type Step = {
  readonly tool: string;
  readonly effect: Effect;
  readonly decision: "allow" | "approved";
  readonly labels: readonly string[];
  readonly rows: number;
  readonly bytes: number;
};

/** What conditions see of the session. */
export type SessionFacts = {
  readonly id: string;
  readonly labels: readonly string[];
  readonly steps: readonly Step[];
};

/** Everything that a condition may look at; which names stand where is checked when the policy loads. */
export interface Facts {
  readonly tool: ToolFacts;
  readonly args: JsonObject;
  readonly principal: JsonObject;
  readonly agent: JsonObject;
  readonly context: JsonObject;
  readonly session: SessionFacts;
  readonly destinations: readonly string[];
  readonly external: boolean;
  readonly resource: Json;
  /** milliseconds since 1970 */
  readonly now: number;
  /** on result only */
  readonly result?: Json;
  /** in `by` only */
  readonly approver?: JsonObject;
}
