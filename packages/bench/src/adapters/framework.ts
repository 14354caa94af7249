import type { Gate, SessionInit } from "@sallyport/core";

/** A framework's agent that calls one tool once and then answers: as it is, and with our gate around the tool. */
export interface Framework {
  readonly name: string;
  /** one run from the user's message to the answer */
  readonly bare: () => Promise<unknown>;
  /** the same, in a session of its own */
  readonly guarded: () => Promise<unknown>;
}

/** What the agents have to work with. */
export interface Workshop {
  readonly gate: Gate;
  /** what the tool does: nothing, but that it is counted */
  readonly work: () => string;
  /** a session that nobody has used yet */
  readonly chat: () => SessionInit;
}

/** The tool that every model calls. */
export const TOOL = { name: "crm_note", description: "writes a note" };

/** What it is called with. */
export const ARGS = { customer: "c-104207", text: "asked where the order is; it left on Tuesday, and is late by two days", urgent: false };

/** What the user says first. */
export const PROMPT = "write down that the order is late";

/** What every model says last. */
export const ANSWER = "It is written down.";
