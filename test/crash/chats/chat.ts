import type { Gate } from "@sallyport/core";

/** The tools of the crash tests: a note needs nobody, a payment an approval. */
export type ToolName = "note" | "pay";

/** What a chat is played with: everything in it but the gate's store and the framework's own is made anew in each process. */
export interface Desk {
  readonly gate: Gate;
  /** where the framework keeps what it needs to go on in another process */
  readonly folder: string;
  /** has an effect that another process counts; resolves to a receipt that is unique to it */
  readonly effect: (tool: ToolName, session: string, idempotencyKey: string) => Promise<string>;
}

/** A user asks an agent to note something and to pay somebody, in one message. */
export interface Chat {
  /** starts, or goes on where a process that was killed left it, until it waits for a human or ends */
  pause(session: string): Promise<void>;
  /** goes on after the verdict; resolves to what the model was shown of the payment, undefined where it was not asked again */
  resume(session: string): Promise<unknown>;
}

/** The calls that the model proposes, all in its first answer. */
export const CALLS = [
  { id: "n1", tool: "note", args: { text: "x" } },
  { id: "p1", tool: "pay", args: { to: "bob" } },
] as const;

/** Who asks, in each session somebody else. */
export function sessionOf(id: string) {
  return { id, principal: { id: `user of ${id}` }, agent: { id: "desk" } };
}
