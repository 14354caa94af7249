import type { Identity, Json, JsonObject, Position } from "@sallyport/core";
import type { Turn } from "./script.ts";

/** One case: an agent in a world, what happens to it, and what is to come of that in every framework. */
export interface Case {
  readonly name: string;
  readonly file: string;
  readonly at: Position;
  /** the text of the policy that is in force at the start */
  readonly policy: string;
  readonly principal: Identity;
  readonly agent: Identity;
  readonly context: JsonObject;
  readonly tools: readonly ToolSpec[];
  readonly model: readonly Turn[];
  readonly streams: boolean;
  /** whose verdicts native answers are; undefined: nobody's */
  readonly approver: Identity | undefined;
  readonly steps: readonly Step[];
  readonly wants: Wants;
  /** texts that nobody may get to see: not the model, not the framework's own objects, not its files, not the ledger */
  readonly never: readonly string[];
  /** texts that stand in the ledger, so that they can be revealed or erased, and nowhere else */
  readonly masked: readonly string[];
  /** where an adapter is known to differ, by its name */
  readonly differs: ReadonlyMap<string, Excuse>;
}

/** A tool of a case. */
export type ToolSpec = PlainTool | SubAgent;

/** A tool that runs here. */
export interface PlainTool {
  readonly kind: "tool";
  readonly name: string;
  readonly args: readonly ArgSpec[];
  readonly does: Behaviour;
  /** turns of a millisecond or more that it takes: keeps the order of what runs side by side */
  readonly takes: number;
}

/** An agent that is another's tool. */
export interface SubAgent {
  readonly kind: "agent";
  readonly name: string;
  readonly agent: Identity;
  readonly tools: readonly ToolSpec[];
  readonly model: readonly Turn[];
}

/** One arg of a tool, as its own schema declares it. */
export interface ArgSpec {
  readonly name: string;
  readonly type: "string" | "number" | "boolean" | "strings" | "any";
  /** whether the schema turns texts into numbers */
  readonly coerced: boolean;
  readonly optional: boolean;
  readonly default: Json | undefined;
}

/** What a tool does when it is run. `repeats`: a text that is `times` long. */
export type Behaviour =
  | { readonly kind: "returns"; readonly value: Json }
  | { readonly kind: "throws"; readonly message: string }
  | { readonly kind: "repeats"; readonly times: number }
  | { readonly kind: "echoes" | "nothing" | "binary" | "hangs" };

/** How a step in which the agent runs is to end. */
export interface StopWants {
  /** the ids of the calls that wait, in the framework's order; empty: it does not wait */
  readonly paused: readonly string[];
  /** what the agent says last; undefined: whatever */
  readonly text: string | undefined;
  /** whether the framework may throw instead: a model that cannot be asked is a fault, and no call's answer */
  readonly mayThrow: boolean;
}

/** Something that happens in a case. */
export type Step = { readonly at: Position } & (
  | {
      readonly kind: "user";
      readonly text: string;
      /** whether the host app observes the message, as it should */
      readonly observed: boolean;
      /** the rules that deny the message, so that the agent is not run; empty: none does */
      readonly denied: readonly string[];
      readonly abortIn: string | undefined;
      readonly stops: StopWants;
    }
  /** the host app puts a text of its own or of somebody outside into the context */
  | { readonly kind: "observe"; readonly role: "system" | "external"; readonly text: string; readonly denied: readonly string[] }
  | {
      readonly kind: "resume";
      readonly answer: "wake" | "yes" | "no" | "edit" | "each";
      /** the calls that are answered yes, where each gets its own answer */
      readonly yes: readonly string[];
      readonly args: JsonObject | undefined;
      readonly times: number;
      readonly together: boolean;
      readonly stops: StopWants;
    }
  | {
      readonly kind: "verdict";
      readonly decision: "approve" | "deny";
      readonly call: string;
      readonly approver: Identity;
      readonly args: JsonObject | undefined;
      readonly reason: string | undefined;
      /** the calls whose results the approver vouches for */
      readonly endorse: readonly string[];
      /** where the approver is told that each value of the args was seen, as `to[0]: user, tool:inbox#c1 (outside)`; undefined: not compared */
      readonly shows: readonly string[] | undefined;
      /** answers what was asked before somebody edited it */
      readonly stale: boolean;
      readonly gives: string;
    }
  | { readonly kind: "clock"; readonly forward: number }
  /** the host app starts a workflow */
  | { readonly kind: "start"; readonly workflow: string }
  | { readonly kind: "restart" }
  | { readonly kind: "policy"; readonly text: string | undefined }
  | { readonly kind: "store"; readonly fails: string | undefined }
  | { readonly kind: "session"; readonly as: SessionAs | undefined }
  | { readonly kind: "tools"; readonly tools: readonly ToolSpec[] }
  | { readonly kind: "tamper"; readonly call: string; readonly args: JsonObject | undefined; readonly tool: string | undefined }
);

/** As whom and under which id the host opens the session from now on. */
export interface SessionAs {
  readonly id: string | undefined;
  readonly principal: Identity | undefined;
  readonly agent: Identity | undefined;
}

/** What a model is to be shown of a call: exactly a result, or a text in which each of some parts stands. */
export type SeenWants =
  | { readonly kind: "result"; readonly content: Json }
  | { readonly kind: "anything" }
  | { readonly kind: "size"; readonly least: number }
  | { readonly kind: "refusal"; readonly parts: readonly string[] };

/** What is to come of a case. */
export interface Wants {
  /** how often each handler ran, with which args where they are listed; a tool that is not named did not run */
  readonly ran: ReadonlyMap<string, number | readonly JsonObject[]>;
  /** what the model was shown last of each call; undefined: not compared, and neither is a call that is not named */
  readonly sees: ReadonlyMap<string, SeenWants>;
  /** the tools that the model was offered, each time it was asked; undefined: not compared */
  readonly offered: readonly (readonly string[])[] | undefined;
  /** each record of each stream in a line (see `lineOf`) */
  readonly ledger: readonly string[];
}

/** Why an adapter does not do as the others, and what it does instead. */
export interface Excuse {
  readonly reason: string;
  /** the test that shows that the framework itself cannot */
  readonly probe: string;
  readonly wants: Partial<Wants>;
  /** the calls that wait after each step in which the agent runs; undefined: as in the case */
  readonly paused: readonly (readonly string[])[] | undefined;
}
