import { inspectOutput, type OutputInspection } from "../decide/inspect-text.ts";
import type { Entry } from "../ledger/record.ts";
import { outputEntry } from "./entries.ts";
import { requestIn, type Moment } from "./moment.ts";
import { redactionsOf } from "./redactions.ts";

/** What the policy makes of the agent's text, and what is written of it. */
export function respond(moment: Moment, text: string): { readonly entries: readonly Entry[]; readonly inspection: OutputInspection } {
  const inspection = inspectOutput(moment.program, requestIn(moment), text);
  return { entries: [outputEntry(inspection, redactionsOf(moment.state, inspection.redactions))], inspection };
}

/** What is shown in place of a text that was withheld. */
export function shownText({ text, rules }: OutputInspection): string {
  return text ?? `output withheld by policy (${rules.join(", ")})`;
}
