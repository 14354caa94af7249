import type { Gate, Identity, JsonObject, OnCoverage, OnFault, SessionInit } from "@sallyport/core";
import type { ScriptedModel } from "./script.ts";
import type { WorldTool } from "./world.ts";

/**
 * What plays the cases through one framework: the port of this package, all that someone with another framework writes.
 *
 * A driver is an app as its framework's users write it, with your adapter in it: it decides nothing and repairs nothing.
 * It makes a chat model of `model`, native tools of `tools`, guards them with `gate` and `session`, and hides what the
 * session may not use. What the case wants is then compared with what really happened: which handlers ran, with which
 * args; what the model was shown; what waits natively; and every record in the store.
 *
 * Rules:
 * - Everything that lasts longer than a request is written below `folder`, in the framework's own way (a checkpointer, a
 *   storage, the messages as JSON): a restart opens a new chat on the same folder and hands over nothing else.
 * - The model is asked by `setup.model.next(shown)`, once for each call of the model, with what the framework really put
 *   into its prompt.
 * - What the model says goes out as your adapter releases it; where it has no hook for that, by `session.respond`.
 * - Tools run `tool.run(args, handed)` with the very args they got, and let through what it throws.
 * - Nothing of ours is caught on the way: what a framework throws, `run` and `resume` throw.
 *
 * `bareDriver` in this package is one without any framework, and what the others are compared with.
 */
export interface Driver {
  /** what the column is called: `ai-sdk` */
  readonly name: string;
  /** Opens the chat with everything built anew; what an earlier one left below `folder` goes on. */
  open(setup: Setup): Promise<Chat>;
}

/** One chat of an app that is being played. */
export interface Chat {
  /** Runs the agent on a new message of the user, which the host has observed, until it has said all or waits for a human. */
  run(text: string, signal: AbortSignal): Promise<Stop>;
  /**
   * Goes on from where the chat last waited, as it is stored, in the framework's own way. It may be asked several times
   * for one pause, also at once: that is what clients do.
   */
  resume(answer: Answer): Promise<Stop>;
  /** Changes what is stored of a call that waits, as somebody who can write there would. */
  tamper(call: string, change: Change): Promise<void>;
  /** Lets go of files and connections. */
  close(): Promise<void>;
}

/**
 * How a chat is resumed, for every call that waits in it. `yes`, `no`: what a client or a page may say natively, whatever
 * is on record; `edit`: a yes with other args; `each`: a yes for the calls that are listed by the framework's ids, a no
 * for the others. `wake`: as the app does it that learnt of verdicts on record, and where some calls have none yet it
 * leaves the chat as it is.
 */
export type Answer =
  | { readonly kind: "wake" | "yes" | "no" }
  | { readonly kind: "edit"; readonly args: JsonObject }
  | { readonly kind: "each"; readonly yes: readonly string[] };

/** What an answer says of one call, by the framework's id of it. */
export function isYes(answer: Answer, call: string): boolean {
  return answer.kind === "each" ? answer.yes.includes(call) : answer.kind !== "no";
}

/** What somebody writes over in a stored call. */
export interface Change {
  readonly args?: JsonObject;
  readonly tool?: string;
}

/** How a run came to its end, or to a pause. */
export interface Stop {
  /** the ids of our approvals as the framework's own pause names them, in its order; empty: it does not wait */
  readonly paused: readonly string[];
  /** what the agent said last */
  readonly text: string;
  /** everything that the framework handed out: results, messages, chunks of streams, stored snapshots. It is searched for secrets */
  readonly native: unknown;
}

/** An agent: in whose name it acts, with which tools, and what its model will say. */
export interface AgentSetup {
  /** asked for each request, as host apps do; it may throw */
  readonly session: () => SessionInit;
  readonly tools: readonly SetupTool[];
  readonly model: ScriptedModel;
}

/** A tool to be made in the framework's own way: one that runs here, or an agent of its own. */
export type SetupTool = WorldTool | AgentTool;

/** A tool that is another agent: its input is `{ prompt: string }`, its result what that agent says last. */
export interface AgentTool {
  readonly kind: "agent";
  readonly name: string;
  readonly description: string;
  readonly agent: AgentSetup;
}

/** What a chat is made of. */
export interface Setup extends AgentSetup {
  readonly gate: Gate;
  /** whether the framework's streaming interface is to be used */
  readonly streams: boolean;
  /** where to keep what lasts; empty before the first chat */
  readonly folder: string;
  /** whose verdict a native answer is, as the host authenticated them; undefined: a native answer only wakes the agent */
  readonly approver: Identity | undefined;
  /** what your tools are to be handed beside the args where the framework has a context for them */
  readonly context: Readonly<Record<string, unknown>>;
  /** for the adapter's option of that name, so that nothing is printed */
  readonly onCoverage: OnCoverage;
  /** for the adapter's option of that name, so that nothing is printed */
  readonly onFault: OnFault;
}
