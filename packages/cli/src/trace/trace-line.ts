import type { Json, Message, ParsedCall, ParsedVerdict, ReplayOpening } from "@sallyport/core";

/** What happened, as one line of a trace says it. */
export type Act =
  | { readonly kind: "opening"; readonly opening: ReplayOpening }
  | { readonly kind: "message"; readonly message: Message }
  | { readonly kind: "call"; readonly call: ParsedCall }
  | { readonly kind: "result"; readonly id: string; readonly content: Json; readonly error: boolean }
  | { readonly kind: "verdict"; readonly call: string; readonly verdict: ParsedVerdict }
  | { readonly kind: "workflow"; readonly workflow: string }
  | { readonly kind: "output"; readonly text: string };

/** One line of a trace. */
export interface TraceLine {
  /** where it stands in the trace, from 1 */
  readonly number?: number;
  readonly session: string;
  /** milliseconds since 1970, where the line states the time */
  readonly at?: number;
  readonly act: Act;
}
