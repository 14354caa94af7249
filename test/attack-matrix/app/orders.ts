/** The frameworks that are attacked. */
export type Framework = "ai-sdk" | "langgraph" | "mastra" | "openai" | "openai-agents";

/** Who guards the tools: the framework's own approval (or the app's, where it has none), the AI SDK's with signed requests, or Sallyport. */
export type Guard = "own" | "signed" | "sallyport";

/** A call that the model proposes. */
export interface ScriptedCall {
  readonly id: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What one human, or somebody in their place, says to the framework about a call that waits. */
export interface Answer {
  readonly call: string;
  readonly says: "yes" | "no" | { readonly edit: Readonly<Record<string, unknown>> };
}

/** One request to the app, served by a process of its own. */
export interface Orders {
  readonly framework: Framework;
  readonly guard: Guard;
  /** where the app keeps what lasts; the framework's state is in `state` below it */
  readonly folder: string;
  /** where effects are counted, for this app alone */
  readonly world: string;
  /** the file that the report is written to */
  readonly report: string;
  /** who is logged in */
  readonly user: string;
  /** the chat that the request belongs to */
  readonly chat: string;
  /** a new question, or answers that wake up what waits */
  readonly answers?: readonly Answer[];
  /** the calls of one turn of the model after the other; then it says goodbye */
  readonly turns: readonly (readonly ScriptedCall[])[];
  /** what the model of the sub-agent proposes; where it is there, the agent has one */
  readonly clerk?: readonly (readonly ScriptedCall[])[];
  /** how far this process's clock is ahead, in hours */
  readonly hours?: number;
  /** the tool after whose effect the process dies, before anything is recorded */
  readonly dies?: string;
  /** starts together with so many others, and its tools wait until all have had their effect */
  readonly together?: number;
  /** the app in a later release: `wire` is new and no rule names it, or `pay` means another thing */
  readonly release?: "with-wire" | "with-another-pay";
}

/** What came of a request. */
export interface Report {
  /** how many calls wait for a human */
  readonly waiting: number;
  /** all that the model was shown, as JSON */
  readonly seen: string;
  /** what the framework threw */
  readonly error?: string;
}
