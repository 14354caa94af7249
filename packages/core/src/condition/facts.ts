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

/** Where the values of a session were seen: what the functions about origins answer. Each throws where it runs out of its bound. */
export interface OriginFacts {
  /** `user`, `system`, `policy`, `external`, `tool:NAME#CALL`: where a value (or a leaf of it) was seen, in order of first sighting */
  readonly originsOf: (value: Json) => readonly string[];
  /** whether it has leaves, and each was seen in a user message */
  readonly isFromUser: (value: Json) => boolean;
  /** whether it has leaves, and each was seen in user or system text or in the result of a trusted tool */
  readonly isFromTrusted: (value: Json) => boolean;
  /** whether some leaf was seen in untrusted text, and not before that in user text */
  readonly isFromUntrusted: (value: Json) => boolean;
  /** whether some leaf was seen nowhere */
  readonly isUnseen: (value: Json) => boolean;
}

/** What a detector found, as conditions see it. */
export type FindingFacts = {
  readonly detector: string;
  readonly kind: string;
  /** from 0 to 1 */
  readonly confidence: number;
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
  /** on input and output only */
  readonly text?: string;
  /** with `detect` only: what the rule's detectors found */
  readonly findings?: readonly FindingFacts[];
  /** where values were seen; undefined: nobody knows, and asking fails */
  readonly origins?: OriginFacts | undefined;
  /** the values behind the placeholders of redactions, for `reveal`; undefined: none */
  readonly redacted?: ReadonlyMap<string, string> | undefined;
}
