import type { Json, Position } from "@sallyport/core";
import type { TraceLine } from "../trace/trace-line.ts";

/** What a case names of a decision, a resolution or a result: each must be exactly so. */
export type Named = Readonly<Record<string, Json>>;

/** One step of a case: lines to play, and what must come of them. */
export interface Step {
  readonly at: Position;
  /** what failures call it: `call c1 send_email` */
  readonly title: string;
  readonly line: TraceLine;
  readonly expect?: Named;
}

/** One case. */
export interface Case {
  readonly name: string;
  readonly at: Position;
  readonly approve: "none" | "all";
  readonly steps: readonly Step[];
}

/** An id of a rule, a limit or a default that a case expects somewhere, or of a workflow that it starts. */
export interface Mention {
  readonly of: "rule" | "workflow";
  readonly id: string;
  readonly at: Position;
}

/** A file of cases. */
export interface Suite {
  readonly file: string;
  /** the path of the policy's file */
  readonly policy: string;
  /** where the file names it */
  readonly policyAt: Position;
  readonly cases: readonly Case[];
  readonly mentions: readonly Mention[];
}
