import { ToolMessage } from "@langchain/core/messages";
import { outcomeText, SallyportError, type Outcome } from "@sallyport/core";

/**
 * Translates an outcome into what a tool may do: return the result, or throw what the model is to read. An error is thrown
 * anew, so that nothing of the one that the tool threw is left but what was released.
 */
export function fromOutcome(outcome: Outcome): unknown {
  switch (outcome.status) {
    case "completed":
      return outcome.result;
    case "failed":
      throw new Error(outcomeText(outcome));
    case "denied":
    case "pending":
    case "unknown":
      throw denied(outcomeText(outcome));
  }
}

/** What a guarded tool throws where nothing of it may run. */
export function denied(reason: string): SallyportError {
  return new SallyportError("denied", reason);
}

/** What takes the place of a result that there is none of. */
export function refusalMessage(
  { id = "", name }: { readonly id?: string | undefined; readonly name: string },
  reason: string,
): ToolMessage {
  return new ToolMessage({ status: "error", content: reason, tool_call_id: id, name });
}
