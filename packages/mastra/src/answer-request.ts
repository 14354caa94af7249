import { takeNativeAnswer, type Gate, type Resolution, type SessionInit, type Verdict } from "@sallyport/core";
import { approvalIdIn, shownIn } from "./from-outcome.ts";

/** Where a request was answered. */
export interface RequestOptions {
  /** the session whose call was looked at, as your app knows it; never taken from the request */
  readonly session: Pick<SessionInit, "id" | "principal">;
}

/**
 * Takes the answer that somebody gave to one of Mastra's own requests as the verdict of an approver, whom the host app has
 * authenticated; resume with `approveToolCall` or `declineToolCall` after it. The request is a tool call of
 * `listSuspendedRuns`: as it is stored, never as a client sent it. Ignored where it is no request of ours, and where another
 * tool or other args would run than it shows, or in another session. Rejects like `gate.approvals.resolve`.
 *
 * @example
 * const { runs } = await agent.listSuspendedRuns({});
 * const request = runs.find((run) => run.runId === runId)?.toolCalls.find((call) => call.toolCallId === toolCallId);
 * await answerRequest(gate, request, { decision: "approve", approver }, { session });
 * await agent.approveToolCall({ runId, toolCallId });
 */
export async function answerRequest(
  gate: Pick<Gate, "approvals">,
  request: unknown,
  verdict: Verdict,
  { session }: RequestOptions,
): Promise<Resolution> {
  const id = approvalIdIn(request);
  if (id === undefined) return { status: "ignored", rules: [], reason: "this is no request of ours" };
  // a request for a tool's own `requireApproval` shows what the model wrote, which may be the id of another call's approval
  return takeNativeAnswer(gate.approvals, id, verdict, { ...shownIn(request), session });
}
