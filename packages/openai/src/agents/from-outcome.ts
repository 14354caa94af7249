import { outcomeText, type Outcome } from "@sallyport/core";

/** Translates an outcome into what the SDK shows the model, which has no other sign for an error than its text. */
export function fromOutcome(outcome: Outcome): unknown {
  switch (outcome.status) {
    case "completed":
      return outcome.result;
    case "failed":
      return errorText(outcomeText(outcome));
    case "denied":
    case "pending":
    case "unknown":
      return outcomeText(outcome);
  }
}

/** What the model reads of a call that went wrong. */
export function errorText(text: string): string {
  return `error: ${text}`;
}
