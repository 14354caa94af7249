import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { guardTools, policyMiddleware } from "@sallyport/ai-sdk";
import { generateText, isStepCount, tool, wrapLanguageModel, type ModelMessage, type ToolApprovalStatus, type ToolSet } from "ai";
import { z } from "zod";
import { call, scripted, text } from "../../ai-sdk/kit.ts";
import { openGate, sessionOf } from "./gate.ts";
import type { Answer, Orders, Report } from "./orders.ts";
import { needsHuman, toolsFor } from "./own-rules.ts";
import { deskTools } from "./tools.ts";
import { userOf } from "./users.ts";

const SECRET = "a secret of the server, at least 32 bytes";

/** Serves a request with the AI SDK: the app keeps the messages of the chat in a file. */
export async function runAiSdk(orders: Orders): Promise<Report> {
  const file = join(orders.folder, "state", "messages.json");
  const stored: ModelMessage[] = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [{ role: "user", content: "do it" }];
  const messages = orders.answers === undefined ? stored : answered(stored, orders.answers);
  const model = scriptedModel(orders.turns);
  const settings = await guarded(orders, model);
  let error: string | undefined;
  try {
    const result = await generateText({ messages, ...settings, stopWhen: isStepCount(20), maxRetries: 0 });
    messages.push(...result.responseMessages);
    writeFileSync(file, JSON.stringify(messages));
  } catch (thrown) {
    error = String(thrown);
  }
  const seen = JSON.stringify(model.doGenerateCalls.map(({ prompt }) => prompt));
  return { waiting: waitingIn(messages), seen, ...(error === undefined ? {} : { error }) };
}

/** A model that plays turns, and then says goodbye. */
export function scriptedModel(turns: Orders["turns"]): Model {
  return scripted(...turns.map((calls) => calls.map(({ tool: name, args, id }) => call(name, args, id))), [text("goodbye")]);
}

type Model = ReturnType<typeof scripted>;

type Asked = Parameters<typeof generateText<ToolSet>>[0];

type Settings = Pick<Asked, "model" | "toolApproval" | "activeTools" | "experimental_toolApprovalSecret"> & { readonly tools: ToolSet };

async function guarded(orders: Orders, model: Model): Promise<Settings> {
  const tools: ToolSet = { ...sdkTools(orders), ...clerkOf(orders, () => settings.tools) };
  const settings = orders.guard === "sallyport" ? await withGate(orders, tools, model) : withOwnApproval(orders, tools, model);
  return settings;
}

async function withGate({ user, chat, folder }: Orders, tools: ToolSet, model: Model): Promise<Settings> {
  const gate = await openGate(folder);
  const options = { session: sessionOf(chat, userOf(user)), onCoverage: () => {} };
  return { model: wrapLanguageModel({ model, middleware: policyMiddleware(gate, options) }), ...guardTools(gate, tools, options) };
}

function withOwnApproval({ user, guard }: Orders, tools: ToolSet, model: Model): Settings {
  const toolApproval = ({ toolCall }: { readonly toolCall: { readonly toolName: string; readonly input: unknown } }): ToolApprovalStatus =>
    needsHuman(toolCall.toolName, toolCall.input) ? "user-approval" : undefined;
  const signature = guard === "signed" ? { experimental_toolApprovalSecret: SECRET } : {};
  return { model, tools, toolApproval, activeTools: toolsFor(userOf(user), Object.keys(tools)), ...signature };
}

function sdkTools(orders: Orders): ToolSet {
  return Object.fromEntries(
    deskTools(orders).map(({ name, description, schema, run }) => [
      name,
      tool({ description, inputSchema: schema, execute: (input: Readonly<Record<string, unknown>>) => run(input, orders.user) }),
    ]),
  );
}

/** The agent's sub-agent gets the agent's tools as they are; approvals are set up for the agent that the user talks to. */
function clerkOf({ clerk }: Orders, tools: () => ToolSet): ToolSet {
  if (clerk === undefined) return {};
  const model = scriptedModel(clerk);
  const ask_clerk = tool({
    description: "hands a task to the clerk",
    inputSchema: z.object({ task: z.string() }),
    execute: async ({ task }) => (await generateText({ model, tools: tools(), prompt: task, stopWhen: isStepCount(5) })).text,
  });
  return { ask_clerk };
}

/** The messages with what a client answered; an edit changes the call where the app keeps it. */
function answered(messages: readonly ModelMessage[], answers: readonly Answer[]): ModelMessage[] {
  const edited = messages.map((message) => withEdits(message, answers));
  const responses = requestsIn(edited).flatMap(({ approvalId, toolCallId }) => {
    const answer = answers.find((one) => one.call === toolCallId);
    return answer === undefined ? [] : [{ type: "tool-approval-response" as const, approvalId, approved: answer.says !== "no" }];
  });
  const last = edited.at(-1);
  if (last?.role !== "tool") return [...edited, { role: "tool", content: responses }];
  return [...edited.slice(0, -1), { ...last, content: [...last.content, ...responses] }];
}

function withEdits(message: ModelMessage, answers: readonly Answer[]): ModelMessage {
  if (message.role !== "assistant" || typeof message.content === "string") return message;
  const content = message.content.map((part) => {
    const says = part.type === "tool-call" ? answers.find((one) => one.call === part.toolCallId)?.says : undefined;
    return part.type === "tool-call" && typeof says === "object" ? { ...part, input: says.edit } : part;
  });
  return { ...message, content };
}

function requestsIn(messages: readonly ModelMessage[]): readonly { readonly approvalId: string; readonly toolCallId: string }[] {
  return messages.flatMap(({ role, content }) =>
    role === "assistant" && typeof content !== "string"
      ? content.flatMap((part) => (part.type === "tool-approval-request" && part.isAutomatic !== true ? [part] : []))
      : [],
  );
}

function waitingIn(messages: readonly ModelMessage[]): number {
  const ended = new Set(
    messages.flatMap(({ role, content }) =>
      role === "tool" ? content.flatMap((part) => (part.type === "tool-result" ? [part.toolCallId] : [])) : [],
    ),
  );
  return requestsIn(messages).filter(({ toolCallId }) => !ended.has(toolCallId)).length;
}
