import type { ToolApprovalStatus } from "ai";
import { SallyportError, type Approval, type Decision, type Outcome, type Proposal } from "@sallyport/core";

/**
 * Translates an outcome into what `execute` may do: return the result, or throw what the model is to read. A denial gets
 * here only where `toolApproval` was left out or the facts changed since: else the SDK says `execution-denied` itself.
 */
export function fromOutcome(outcome: Outcome): unknown {
  switch (outcome.status) {
    case "completed":
      return outcome.result;
    case "failed":
      throw outcome.error instanceof Error ? outcome.error : new Error(textOf(outcome.error));
    case "denied":
    case "pending":
    case "unknown":
      throw new SallyportError("denied", outcomeText(outcome));
  }
}

/** Why a call has no result, for the model. */
export function outcomeText(outcome: Exclude<Outcome, { status: "completed" }>): string {
  switch (outcome.status) {
    case "failed":
      return textOf(outcome.error);
    case "denied":
      return denialText(outcome.decision);
    case "pending":
      return pendingText(outcome.approval);
    case "unknown":
      return `it is unknown whether this call took effect (${outcome.reason}), and it is not run again; do not retry it, tell the user that somebody has to look`;
  }
}

/** Translates where a proposed call stands into the SDK's approval status; undefined lets it run. */
export function fromProposal(proposal: Proposal): ToolApprovalStatus {
  if (proposal.status === "allow") return undefined;
  if (proposal.status === "deny" || proposal.approval === undefined) return denied(proposalText(proposal));
  return { type: "user-approval", reason: requestText(proposal.approval) };
}

/** Why a proposed call may not run now, for the model. */
export function proposalText({ status, decision, approval }: Proposal): string {
  return status === "pending" && approval !== undefined ? pendingText(approval) : denialText(decision);
}

/** The SDK's status for a call that must not run. */
export function denied(reason: string): ToolApprovalStatus {
  return { type: "denied", reason };
}

function denialText({ reason, rules, errors }: Decision): string {
  const because = [reason, ...errors.map(({ rule, message }) => `${rule}: ${message}`)].join("; ");
  return `denied by policy: ${because} (rules: ${rules.join(", ")}); do not retry this call`;
}

function pendingText({ id, reason }: Approval): string {
  return `not run: it waits for a human to approve it: ${reason} (approval ${id}); do not retry this call`;
}

// the approval's id travels in the reason of the SDK's request, for `approvalResponses`
function requestText({ id, reason }: Approval): string {
  return `${reason} [approval ${id}]`;
}

/**
 * Finds the id of our approval in the `reason` of the SDK's approval request (`requestReason` in a UI message), to show
 * or resolve it. It came through the client: check who may answer, as `by` rules do, never what the client says.
 */
export function approvalIdIn(reason: string | undefined): string | undefined {
  return /\[approval (\S+)\]$/.exec(reason ?? "")?.[1];
}

function textOf(error: unknown): string {
  return typeof error === "string" ? error : (JSON.stringify(error) ?? String(error));
}
