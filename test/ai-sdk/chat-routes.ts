import { approvalIdIn, approvalResponses, guardTools, pendingApprovals } from "@sallyport/ai-sdk";
import type { Gate, Identity } from "@sallyport/core";
import {
  convertToModelMessages,
  createUIMessageStreamResponse,
  isStepCount,
  streamText,
  toUIMessageStream,
  type LanguageModel,
  type ToolSet,
} from "ai";

/** What an app has before it has routes. */
interface App {
  readonly gate: Gate;
  readonly tools: ToolSet;
  readonly model: LanguageModel;
  /** who is logged in */
  readonly userOf: (request: Request) => Promise<Identity>;
}

/** The routes that packages/ai-sdk/README.md shows, word for word; use-chat.test.ts compares them. */
export function chatRoutes({ gate, tools, model, userOf }: App) {
  // POST /api/chat
  async function postChat(request: Request): Promise<Response> {
    const user = await userOf(request); // your login, never the body
    const { id, messages: shown } = await request.json();
    const session = { id, principal: user, agent: { id: "desk" } };
    // what the user says just now: a click that only wakes the chat up brings nothing new
    const last = shown.at(-1);
    if (last?.role === "user") {
      const content = last.parts.map((part: { text?: string }) => part.text ?? "").join("");
      const { decision, reason } = await gate.session(session).observe({ role: "user", content });
      if (decision === "deny") return new Response(reason, { status: 422 });
    }
    const guarded = guardTools(gate, tools, { session });
    const messages = await convertToModelMessages(shown, { tools: guarded.tools });
    const waiting = await pendingApprovals(gate, messages);
    // an error, so that useChat does not send again by itself: show `error.message`
    if (waiting.length > 0) return new Response(`waiting for: ${waiting.map(({ reason }) => reason).join(", ")}`, { status: 409 });
    const ready = await approvalResponses(gate, messages);
    const { stream } = streamText({ model, messages: ready, ...guarded, stopWhen: isStepCount(5) });
    return createUIMessageStreamResponse({
      stream: toUIMessageStream({ stream, tools: guarded.tools, originalMessages: shown }),
    });
  }

  // POST /api/approvals: somebody clicked yes or no
  async function postApproval(request: Request): Promise<Response> {
    const approver = await userOf(request); // `by` in the policy says whether this one may
    const { requestReason, approved } = await request.json();
    const id = approvalIdIn(requestReason);
    if (id === undefined) return new Response("no approval of ours", { status: 404 });
    return Response.json(await gate.approvals.resolve(id, { decision: approved === true ? "approve" : "deny", approver }));
  }

  return { postChat, postApproval };
}
