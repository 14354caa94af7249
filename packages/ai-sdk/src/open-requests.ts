import type { AssistantModelMessage, ModelMessage, ToolApprovalRequest, ToolCallPart } from "ai";
import { approvalIdIn, callId, SallyportError, type Approval, type Gate } from "@sallyport/core";
import { idUses } from "./to-call.ts";

/** A request of the last turn whose call has no result yet. */
export interface OpenRequest {
  readonly request: ToolApprovalRequest;
  /** the args of the call as these messages show them */
  readonly shown: unknown;
  /** what a client answered; undefined: nothing yet */
  readonly answer: "yes" | "no" | undefined;
  /** what the client gave as reason */
  readonly reason: string | undefined;
  /** ours; undefined where the tool itself asked, or the id that came with the messages is none of this call */
  readonly approval: Approval | undefined;
}

/** The open requests of the last turn; none where the chat went on without them. */
export async function openRequests(gate: Pick<Gate, "approvals">, messages: readonly ModelMessage[]): Promise<readonly OpenRequest[]> {
  checkMessages(messages);
  const at = lastTurn(messages);
  const turn = messages[at];
  const after = messages.slice(at + 1);
  if (turn?.role !== "assistant" || after.some(({ role }) => role !== "tool")) return [];
  const parts = after.flatMap((message) => (message.role === "tool" ? message.content : []));
  const ended = new Set(parts.flatMap((part) => (part.type === "tool-result" ? [part.toolCallId] : [])));
  const open = requestsOf(turn).filter(({ request }) => !ended.has(request.toolCallId));
  return Promise.all(
    open.map(async (asked) => {
      const { request } = asked;
      const given = parts.flatMap((part) =>
        part.type === "tool-approval-response" && part.approvalId === request.approvalId ? [part] : [],
      );
      const answer = answerOf(given.map(({ approved }) => approved));
      return { request, shown: asked.call.input, answer, reason: given.at(-1)?.reason, approval: await approvalOf(gate, messages, asked) };
    }),
  );
}

/** Whether a call waits for a verdict on an approval of ours; a client's yes is none, its no keeps the call from running. */
export function isWaiting({ answer, approval }: OpenRequest): boolean {
  return approval?.status === "pending" && answer !== "no";
}

/** Where the last message of the model stands; -1: there is none. */
export function lastTurn(messages: readonly ModelMessage[]): number {
  return messages.findLastIndex(({ role }) => role === "assistant");
}

/** In JavaScript, UI messages, a promise of messages or nothing at all get here. */
function checkMessages(messages: unknown): void {
  const isMessage = (message: unknown): boolean =>
    typeof message === "object" && message !== null && "role" in message && "content" in message;
  if (Array.isArray(messages) && messages.every(isMessage)) return;
  throw new SallyportError("invalid-input", "hand over model messages; convert UI messages with `await convertToModelMessages(…)` first");
}

interface AskedCall {
  readonly request: ToolApprovalRequest;
  readonly call: ToolCallPart;
}

function requestsOf({ content }: AssistantModelMessage): readonly AskedCall[] {
  if (typeof content === "string") return [];
  const calls = new Map(content.flatMap((part) => (part.type === "tool-call" ? [[part.toolCallId, part] as const] : [])));
  return content.flatMap((part) => {
    if (part.type !== "tool-approval-request" || part.isAutomatic === true) return [];
    const call = calls.get(part.toolCallId);
    return call === undefined ? [] : [{ request: part, call }];
  });
}

function answerOf(given: readonly boolean[]): OpenRequest["answer"] {
  if (given.length === 0) return undefined;
  return given.includes(false) ? "no" : "yes";
}

/** The approval that a request names. The id came through the client: it must at least be one of this call. */
async function approvalOf(
  gate: Pick<Gate, "approvals">,
  messages: readonly ModelMessage[],
  { request, call }: AskedCall,
): Promise<Approval | undefined> {
  const id = approvalIdIn(request.reason);
  const approval = id === undefined ? undefined : await gate.approvals.get(id);
  return approval?.call.id === callId(request.toolCallId, idUses(messages)) && approval.call.tool === call.toolName ? approval : undefined;
}
