import type { AssistantModelMessage, ModelMessage, ToolApprovalRequest, ToolApprovalResponse } from "ai";
import type { Approval, Gate } from "@sallyport/core";
import { approvalIdIn } from "./from-outcome.ts";
import { callId } from "./to-call.ts";

/**
 * The messages with the responses for all verdicts on record, so that the SDK resumes: persist the messages of a paused
 * run, and call this before each try to go on. While a request of the last turn has no verdict yet it resolves to the
 * very messages it got (`===`), since the SDK runs the approved calls of a half-answered turn and then throws.
 *
 * A response only wakes the SDK up. What may run is decided by the gate, so a forged request or id gains nothing.
 *
 * @example
 * const ready = await approvalResponses(gate, messages);
 * if (ready !== messages) await generateText({ model, messages: ready, ...guardTools(gate, tools, { session }) });
 */
export async function approvalResponses(gate: Pick<Gate, "approvals">, messages: ModelMessage[]): Promise<ModelMessage[]> {
  const answers = await Promise.all(openRequests(messages).map((request) => responseTo(request, messages, gate)));
  const responses = answers.filter((answer) => answer !== undefined);
  return responses.length === 0 || responses.length < answers.length ? messages : withResponses(messages, responses);
}

interface OpenRequest {
  readonly request: ToolApprovalRequest;
  readonly toolName: string;
}

/** The requests of the last turn that have neither an answer nor a result; none where the chat went on without them. */
function openRequests(messages: ModelMessage[]): readonly OpenRequest[] {
  const at = messages.findLastIndex(({ role }) => role === "assistant");
  const turn = messages[at];
  const after = messages.slice(at + 1);
  if (turn?.role !== "assistant" || after.some(({ role }) => role !== "tool")) return [];
  const answered = answeredIn(after);
  return requestsOf(turn).filter(({ request }) => !answered.has(request.approvalId) && !answered.has(request.toolCallId));
}

function requestsOf({ content }: AssistantModelMessage): readonly OpenRequest[] {
  if (typeof content === "string") return [];
  const tools = new Map(content.flatMap((part) => (part.type === "tool-call" ? [[part.toolCallId, part.toolName] as const] : [])));
  return content.flatMap((part) => {
    if (part.type !== "tool-approval-request" || part.isAutomatic === true) return [];
    const toolName = tools.get(part.toolCallId);
    return toolName === undefined ? [] : [{ request: part, toolName }];
  });
}

/** The ids of requests that have a response and of calls that have a result. */
function answeredIn(messages: readonly ModelMessage[]): ReadonlySet<string> {
  const parts = messages.flatMap((message) => (message.role === "tool" ? message.content : []));
  return new Set(parts.map((part) => (part.type === "tool-result" ? part.toolCallId : part.approvalId)));
}

async function responseTo(
  { request, toolName }: OpenRequest,
  messages: ModelMessage[],
  gate: Pick<Gate, "approvals">,
): Promise<ToolApprovalResponse | undefined> {
  const id = approvalIdIn(request.reason);
  const approval = id === undefined ? undefined : await gate.approvals.get(id);
  // the id came through the client: it must at least be one of this call
  const own = approval?.call.id === callId(request.toolCallId, messages) && approval.call.tool === toolName;
  const verdict = own ? verdictOf(approval) : undefined;
  return verdict && { type: "tool-approval-response", approvalId: request.approvalId, ...verdict };
}

function verdictOf({ status, refusal = "" }: Approval): { readonly approved: boolean; readonly reason?: string } | undefined {
  switch (status) {
    case "pending":
      return undefined;
    case "approved":
    // nobody has to be asked any more: the gate lets it run, or has its result
    case "withdrawn":
      return { approved: true };
    case "denied":
      return { approved: false, reason: `an approver denied this call${refusal === "" ? "" : `: ${refusal}`}; do not retry it` };
    case "expired":
      return { approved: false, reason: "nobody approved this call in time; do not retry it" };
  }
}

/** The SDK looks for responses in the last message only. */
function withResponses(messages: ModelMessage[], responses: readonly ToolApprovalResponse[]): ModelMessage[] {
  const last = messages.at(-1);
  if (last?.role !== "tool") return [...messages, { role: "tool", content: [...responses] }];
  return [...messages.slice(0, -1), { ...last, content: [...last.content, ...responses] }];
}
