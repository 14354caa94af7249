import { memberOf, outcomeText, type Approval, type Outcome } from "@sallyport/core";
import type { Execution } from "./handed.ts";

/** What the model reads in place of a result. */
export interface Denial {
  readonly denied: true;
  readonly reason: string;
}

/** Whether a tool's output says that it was not run, and nothing besides. */
export function isDenial(output: unknown): output is Denial {
  const { denied, reason, ...rest } = Object(output);
  return denied === true && typeof reason === "string" && Object.keys(rest).length === 0;
}

/**
 * Translates an outcome into what `execute` may do: return what the model reads, or throw it. A workflow would go on with
 * a denial as if it were data, so there it is thrown.
 */
export function fromOutcome(outcome: Outcome, caller: Execution["caller"]): unknown {
  switch (outcome.status) {
    case "completed":
      return outcome.result;
    case "failed":
      // a new one: nothing but the inspected text may go on in Mastra's own errors, spans and snapshots
      throw new Error(outcomeText(outcome));
    case "denied":
    case "pending":
    case "unknown":
      return refuse(outcomeText(outcome), caller);
  }
}

/** What `execute` does with a call that was not run. */
export function refuse(reason: string, caller: Execution["caller"]): Denial {
  if (caller === "workflow") throw new Error(reason);
  return { denied: true, reason };
}

// where our approval's id stands in the args of Mastra's own request, which has no other room
const APPROVAL = "sallyport:approval";

/** The args that Mastra's own request shows: those that would run, and the approval's id. */
export function shownArgs({ id, call: { args } }: Approval): Readonly<Record<string, unknown>> {
  return { ...args, [APPROVAL]: id };
}

/**
 * Finds the id of our approval in a request of Mastra's: the payload of a `tool-call-approval` chunk, `suspendPayload`, a
 * tool call of `listSuspendedRuns`, or what a workflow's step suspended with. It came through the client: check who may
 * answer, as `by` rules do, never what the client says.
 */
export function approvalIdIn(request: unknown): string | undefined {
  const id = memberOf(holderOf(request), APPROVAL);
  return typeof id === "string" ? id : undefined;
}

/** What a request of ours shows of the call that it is for: its args, and its tool but for a step of a workflow. */
export function shownIn(request: unknown): { readonly args: unknown; readonly tool?: unknown } {
  const holder = holderOf(request);
  const { [APPROVAL]: _, ...args } = Object(holder);
  return holder === request ? { args } : { args, tool: memberOf(request, "toolName") };
}

/** Where our id stands: beside the args of a workflow's step, whose args may have an `args` of the model's, or in an agent's `args`. */
function holderOf(request: unknown): unknown {
  return memberOf(request, APPROVAL) === undefined ? memberOf(request, "args") : request;
}
