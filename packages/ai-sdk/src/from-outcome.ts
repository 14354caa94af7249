import type { ToolApprovalStatus } from "ai";
import { outcomeText, proposalText, requestText, SallyportError, type Outcome, type Proposal } from "@sallyport/core";

/**
 * Translates an outcome into what `execute` may do: return the result, or throw what the model is to read. A denial gets
 * here only where `toolApproval` was left out or the facts changed since: else the SDK says `execution-denied` itself.
 */
export function fromOutcome(outcome: Outcome): unknown {
  switch (outcome.status) {
    case "completed":
      return outcome.result;
    case "failed":
      throw outcome.error instanceof Error ? outcome.error : new Error(outcomeText(outcome));
    case "denied":
    case "pending":
    case "unknown":
      throw new SallyportError("denied", outcomeText(outcome));
  }
}

/** Translates where a proposed call stands into the SDK's approval status; undefined lets it run. */
export function fromProposal(proposal: Proposal): ToolApprovalStatus {
  if (proposal.status === "allow") return undefined;
  if (proposal.status === "deny" || proposal.approval === undefined) return denied(proposalText(proposal));
  return { type: "user-approval", reason: requestText(proposal.approval) };
}

/** The SDK's status for a call that must not run. */
export function denied(reason: string): ToolApprovalStatus {
  return { type: "denied", reason };
}
