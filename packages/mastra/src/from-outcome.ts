import { outcomeText, type Approval, type Outcome } from "@sallyport/core";
import type { Execution } from "./native.ts";

/** What the model reads in place of a result. */
export interface Denial {
  readonly denied: true;
  readonly reason: string;
}

/** Whether a tool's output says that it was not run. */
export function isDenial(output: unknown): output is Denial {
  return typeof output === "object" && output !== null && "denied" in output && output.denied === true && "reason" in output;
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
  for (const place of [member(request, "args"), request]) {
    const id = member(place, APPROVAL);
    if (typeof id === "string") return id;
  }
  return undefined;
}

/** The args that a request of ours shows. */
export function argsShownIn(request: unknown): unknown {
  const { [APPROVAL]: _, ...args } = Object(member(request, "args") ?? request);
  return args;
}

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}
