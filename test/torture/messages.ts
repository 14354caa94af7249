import type { JsonObject } from "@sallyport/core";
import type { FaultName } from "./faults.ts";
import type { ToolName } from "./policy.ts";

/** Where everything lies that processes share. */
export interface Place {
  readonly seed: number;
  readonly store: string;
  readonly logs: string;
  readonly clock: string;
  /** the counter's socket */
  readonly socket: string;
}

/** What a process of the app is told at its start. */
export interface Orders extends Place {
  /** its own, never used again after it was killed */
  readonly name: string;
  readonly fault?: FaultName;
  /** `full`: no page is left in its file, where no small disk can be made */
  readonly disk?: "full";
}

/** A moment at which a process ends itself, as a power failure would. */
export type Death = "before the effect" | "after the effect" | "after the answer";

/** Why a call is made: for itself, under its id with other args, by somebody else, or as resumed without a verdict. */
export type Guise = "itself" | "other args" | "stranger" | "resumed";

/** One attempt at a call. */
export interface Task {
  readonly number: number;
  readonly guise: Guise;
  readonly session: string;
  readonly principal: string;
  readonly call: string;
  readonly tool: ToolName;
  readonly args: JsonObject;
  /** how long the tool takes, in milliseconds */
  readonly takes: number;
  /** whether the tool throws after its effect */
  readonly throws: boolean;
  readonly dies?: Death;
  /** whether other processes are handed the same call now: all of them wait for the same tick */
  readonly races: boolean;
}

/** What a process was told of a call. */
export interface Answer {
  readonly status: "completed" | "failed" | "denied" | "pending" | "unknown" | "allowed";
  readonly rules: readonly string[];
  readonly reason: string;
  readonly approval?: string;
  readonly receipt?: string;
}

/** A line of a worker's log: what the gate answered. */
export interface Told extends Answer {
  readonly guise: Guise;
  readonly session: string;
  readonly principal: string;
  readonly call: string;
  readonly tool: ToolName;
  /** of the args that it was called with */
  readonly digest: string;
}

/** What a worker sends back. */
export interface Done {
  readonly task: number;
  readonly answer: Answer;
  /** appends that met somebody else at their position, since the last message */
  readonly conflicts: number;
}

/** A line of an approver's log: what they are about to answer, or how their answer was taken. */
export interface Answered {
  readonly kind: "intent" | "verdict";
  readonly approval: string;
  readonly approver: string;
  readonly lead: boolean;
  readonly decision: "approve" | "deny";
  readonly manner: Manner;
  /** of the args as they were seen, or as they were edited */
  readonly digest: string;
  readonly edits: boolean;
  readonly status?: "approved" | "denied" | "pending" | "ignored";
}

/** How an approver answers. */
export type Manner = "approves" | "denies" | "edits" | "answers twice" | "answers late" | "lets expire" | "is no lead";

/** What an approver sends back. */
export interface Resolved {
  readonly session: string;
  readonly call: string;
  readonly status: "approved" | "denied" | "pending" | "ignored";
}

/** An effect that a tool has, as the counter is told of it. */
export interface Effect {
  readonly session: string;
  readonly principal: string;
  readonly call: string;
  readonly tool: ToolName;
  readonly digest: string;
  readonly amount: number;
  readonly key: string;
}

/** A line of the counter's log. */
export interface CountedEffect extends Effect {
  readonly receipt: string;
}
