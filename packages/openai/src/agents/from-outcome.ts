import { failedText, outcomeText, type Outcome } from "@sallyport/core";

/** Translates an outcome into what the SDK shows the model, which has no other sign for an error than its text. */
export function fromOutcome(outcome: Outcome): unknown {
  switch (outcome.status) {
    case "completed":
      return outcome.result;
    case "failed":
      return failedText(outcomeText(outcome));
    case "denied":
    case "pending":
    case "unknown":
      return outcomeText(outcome);
  }
}
