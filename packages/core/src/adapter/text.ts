import type { Approval, Outcome, Proposal } from "../gate/contract.ts";
import type { Decision } from "../policy/decision.ts";

/** Why a call has no result, for the model: the same words in every framework. */
export function outcomeText(outcome: Exclude<Outcome, { status: "completed" }>): string {
  switch (outcome.status) {
    case "failed":
      return errorText(outcome.error);
    case "denied":
      return denialText(outcome.decision);
    case "pending":
      return pendingText(outcome.approval);
    case "unknown":
      return `it is unknown whether this call took effect (${outcome.reason}), and it is not run again; do not retry it, tell the user that somebody has to look`;
  }
}

/** A result as a text, where messages have room for nothing else: itself, or its JSON. */
export function resultText(result: unknown): string {
  if (typeof result === "string") return result;
  // what JSON cannot say is nothing, as in lists
  return JSON.stringify(result) ?? "null";
}

/** Why a proposed call may not run now, for the model. */
export function proposalText({ status, decision, approval }: Proposal): string {
  return status === "pending" && approval !== undefined ? pendingText(approval) : denialText(decision);
}

/** What is asked of a human, with the approval's id at its end, where a framework's own request has room for a text only. */
export function requestText({ id, reason }: Approval): string {
  return `${reason} [approval ${id}]`;
}

/**
 * Finds the id of our approval in the text of a framework's own request, to show or resolve it. It came through the
 * client: check who may answer, as `by` rules do, never what the client says.
 */
export function approvalIdIn(text: string | undefined): string | undefined {
  return /\[approval (\S+)\]$/.exec(text ?? "")?.[1];
}

/** Why a call does not run whose args a rule or an approver changed so that the tool's own schema refuses them, for the model. */
export function unfitText(tool: string): string {
  return `not run: the input schema of \`${tool}\` does not take the args that were decided on`;
}

/** Why a call does not run that somebody said no to in the framework's own page, for the model. */
export function declinedText(reason: string | undefined): string {
  return `not run: a human declined it${reason === undefined || reason === "" ? "" : `: ${reason}`}; do not retry this call`;
}

/** Why a call does not run whose tool is not guarded, for the model. */
export function unguardedText(tool: string): string {
  return `not run: \`${tool}\` is not guarded; do not retry this call`;
}

/** Why the call of an approval does not run any more, for the model. */
export function settledText({ denial, reason }: Approval): string {
  return denial === undefined ? `denied by policy: ${reason}; do not retry this call` : denialText(denial);
}

function denialText({ reason, rules, errors }: Pick<Decision, "reason" | "rules" | "errors">): string {
  const because = [reason, ...errors.map(({ rule, message }) => `${rule}: ${message}`)].join("; ");
  return `denied by policy: ${because} (rules: ${rules.join(", ")}); do not retry this call`;
}

function pendingText({ id, reason }: Approval): string {
  return `not run: it waits for a human to approve it: ${reason} (approval ${id}); do not retry this call`;
}

/** The same for what went wrong, where the text itself has to say that it is an error. */
export function failedText(text: string): string {
  return `the call failed: ${text}`;
}

function errorText(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === "string" ? error : (JSON.stringify(error) ?? String(error));
}
