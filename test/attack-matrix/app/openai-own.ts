import type { OpenAI } from "openai";
import type { Answer, Orders } from "./orders.ts";
import { nativeTool } from "./openai-client.ts";
import { needsHuman, toolsFor } from "./own-rules.ts";
import type { DeskTool } from "./tools.ts";
import { userOf } from "./users.ts";

export type Message = OpenAI.Chat.ChatCompletionMessageParam;

type FunctionCall = OpenAI.Chat.ChatCompletionMessageFunctionToolCall;

/** What the loop needs of the app. */
export interface Chat {
  readonly orders: Orders;
  readonly client: OpenAI;
  readonly tools: readonly DeskTool[];
  /** writes the messages down */
  readonly save: (messages: readonly Message[]) => void;
}

/**
 * The client has no approval of its own, so this is the loop of its documentation with one as apps write it: tools that the
 * user may not use are neither offered nor found, arguments are parsed by the tool's schema before anything is asked about
 * them, a call that needs a human stays open in the stored messages until somebody answers it, every result is stored at
 * once, and an error is not told to the model.
 */
export async function converse(chat: Chat, messages: Message[], answers: readonly Answer[]): Promise<void> {
  const { orders, client, save } = chat;
  const tools = offered(chat);
  for (let step = 0; step < 20; step += 1) {
    for (const call of openCalls(messages)) {
      const content = await resultOf(call, tools, orders.user, answers);
      if (content === undefined) continue;
      messages.push({ role: "tool", tool_call_id: call.id, content });
      save(messages);
    }
    if (openCalls(messages).length > 0 || messages.at(-1)?.role === "assistant") return;
    const native = [...tools.values()].map((tool) => nativeTool(tool, orders.user));
    const { choices } = await client.chat.completions.create({ model: "scripted", messages, tools: native });
    if (choices[0] !== undefined) messages.push(choices[0].message);
    save(messages);
  }
}

function offered({ orders, tools }: Chat): ReadonlyMap<string, DeskTool> {
  const names = toolsFor(
    userOf(orders.user),
    tools.map(({ name }) => name),
  );
  return new Map(tools.flatMap((tool) => (names.includes(tool.name) ? [[tool.name, tool]] : [])));
}

/** The calls that nobody has answered yet. */
export function openCalls(messages: readonly Message[]): readonly FunctionCall[] {
  const answered = new Set(messages.flatMap((message) => (message.role === "tool" ? [message.tool_call_id] : [])));
  const calls = messages.flatMap((message) => (message.role === "assistant" ? (message.tool_calls ?? []) : []));
  return calls.filter((call) => call.type === "function").filter(({ id }) => !answered.has(id));
}

/** What the model is told of a call; undefined where a human is still to answer it. */
async function resultOf(
  { id, function: { name, arguments: text } }: FunctionCall,
  tools: ReadonlyMap<string, DeskTool>,
  user: string,
  answers: readonly Answer[],
): Promise<string | undefined> {
  const tool = tools.get(name);
  if (tool === undefined) return `there is no tool ${name}`;
  const parsed = tool.schema.safeParse(valueOf(text));
  if (!parsed.success) return `invalid arguments: ${parsed.error.message}`;
  if (needsHuman(name, parsed.data)) {
    const says = answers.find(({ call }) => call === id)?.says;
    if (says === undefined) return undefined;
    // it asks for a yes or a no; anything else is no yes
    if (says !== "yes") return "a human said no";
  }
  try {
    return JSON.stringify(await tool.run(parsed.data, user));
  } catch {
    return "the tool failed";
  }
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
