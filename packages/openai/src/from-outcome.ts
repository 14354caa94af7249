import { failedText, outcomeText, resultText, type Outcome } from "@sallyport/core";

/** What a function returns for an outcome: its result, or a text for the model. What it throws would end the whole run. */
export function fromOutcome(outcome: Outcome): unknown {
  return outcome.status === "completed" ? outcome.result : textFor(outcome);
}

/** An outcome as the model reads it. Messages have room for a text only, so that one of an error has to say that it is one. */
export function shownText(outcome: Outcome): string {
  return outcome.status === "completed" ? resultText(outcome.result) : textFor(outcome);
}

function textFor(outcome: Exclude<Outcome, { status: "completed" }>): string {
  const text = outcomeText(outcome);
  return outcome.status === "failed" ? failedText(text) : text;
}
