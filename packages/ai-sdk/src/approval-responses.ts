import type { ModelMessage, ToolApprovalResponse } from "ai";
import { settledText, takeNativeAnswer, type Approval, type Gate, type Identity, type SessionInit } from "@sallyport/core";
import { isWaiting, lastTurn, openRequests, type OpenRequest } from "./open-requests.ts";

/**
 * The approvals of ours that the last turn of these messages waits for: while there are any, the model cannot be called,
 * since each of its calls needs a result. Also those that a client said yes to before somebody who may did.
 *
 * Their ids came with the messages: where messages come from clients, compare `session`, `tenant` and `principal` before you
 * show one. It can run nothing either way.
 *
 * Rejects with a SallyportError: `invalid-input` where these are no model messages, `store-failed`.
 *
 * @example
 * const waiting = await pendingApprovals(gate, messages);
 * if (waiting.length > 0) return `waiting for: ${waiting.map(({ reason }) => reason).join(", ")}`;
 */
export async function pendingApprovals(gate: Pick<Gate, "approvals">, messages: readonly ModelMessage[]): Promise<readonly Approval[]> {
  const requests = await openRequests(gate, messages);
  return requests.filter(isWaiting).flatMap(({ approval }) => approval ?? []);
}

/**
 * The messages with the responses for all verdicts on record, so that the SDK resumes: persist the messages of a paused
 * run, and call this before each try to go on, once `pendingApprovals` finds none. While a request of the last turn has
 * no answer it adds nothing, since the SDK runs the approved calls of a half-answered turn and then throws: it resolves to
 * the very messages it got (`===`), less any yes that a client gave before the verdict, which would deny the call for good.
 *
 * A response only wakes the SDK up. What may run is decided by the gate, so a forged request or id gains nothing. Where
 * your app says who `answered` in these messages, the yes and no in them count as that person's verdicts first: on the args
 * that the messages show, and only where `by` lets them answer. Rejects like `pendingApprovals`.
 *
 * @example
 * if ((await pendingApprovals(gate, stored)).length > 0) return "waiting";
 * const messages = await approvalResponses(gate, stored);
 * await generateText({ model, messages, ...guardTools(gate, tools, { session }) });
 */
export async function approvalResponses(
  gate: Pick<Gate, "approvals">,
  messages: ModelMessage[],
  options: ResponseOptions = {},
): Promise<ModelMessage[]> {
  if (options.answered !== undefined) await takeAnswers(gate, await openRequests(gate, messages), options.answered);
  const requests = await openRequests(gate, messages);
  const early = requests.filter((request) => isWaiting(request) && request.answer === "yes");
  const unanswered = requests.filter(({ answer }) => answer === undefined);
  const responses = unanswered.flatMap((request) => responseTo(request) ?? []);
  if (early.length > 0) return withoutResponses(messages, new Set(early.map(({ request }) => request.approvalId)));
  return responses.length === 0 || responses.length < unanswered.length ? messages : withResponses(messages, responses);
}

/** How responses are made. */
export interface ResponseOptions {
  /** whose answers stand in these messages and in which session, as your app authenticated them; never taken from a message */
  readonly answered?: { readonly approver: Identity; readonly session: Pick<SessionInit, "id" | "principal"> };
}

async function takeAnswers(
  gate: Pick<Gate, "approvals">,
  requests: readonly OpenRequest[],
  { approver, session }: NonNullable<ResponseOptions["answered"]>,
): Promise<void> {
  for (const { answer, reason, approval, shown } of requests) {
    if (answer === undefined || approval === undefined) continue;
    const decision = answer === "yes" ? "approve" : "deny";
    await takeNativeAnswer(
      gate.approvals,
      approval.id,
      { decision, approver, ...(reason === undefined ? {} : { reason }) },
      // the id of an approval came with the messages: an answer given in one chat is none in another
      { args: shown, session },
    );
  }
}

function responseTo({ request: { approvalId }, approval }: OpenRequest): ToolApprovalResponse | undefined {
  const verdict = approval && verdictOf(approval);
  return verdict && { type: "tool-approval-response", approvalId, ...verdict };
}

function verdictOf(approval: Approval): { readonly approved: boolean; readonly reason?: string } | undefined {
  switch (approval.status) {
    case "pending":
      return undefined;
    case "approved":
    // nobody has to be asked any more: the gate lets it run, or has its result
    case "withdrawn":
      return { approved: true };
    case "denied":
    case "expired":
      return { approved: false, reason: settledText(approval) };
  }
}

/** The SDK looks for responses in the last message only. */
function withResponses(messages: ModelMessage[], responses: readonly ToolApprovalResponse[]): ModelMessage[] {
  const last = messages.at(-1);
  if (last?.role !== "tool") return [...messages, { role: "tool", content: [...responses] }];
  return [...messages.slice(0, -1), { ...last, content: [...last.content, ...responses] }];
}

function withoutResponses(messages: ModelMessage[], approvalIds: ReadonlySet<string>): ModelMessage[] {
  const end = lastTurn(messages) + 1;
  const after = messages.slice(end).flatMap((message): ModelMessage[] => {
    if (message.role !== "tool") return [message];
    const content = message.content.filter((part) => part.type !== "tool-approval-response" || !approvalIds.has(part.approvalId));
    return content.length === 0 ? [] : [{ ...message, content }];
  });
  return [...messages.slice(0, end), ...after];
}
