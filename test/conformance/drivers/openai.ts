import { callTools, guardTools, shieldClient } from "@sallyport/openai";
import type { AgentSetup, Driver, Setup, SetupTool } from "@sallyport/conformance";
import type { OpenAI } from "openai";
import { agentFunctionOf, functionOf, OpenAiChat, type Conversation, type Ended, type NativeFunction } from "./openai-app.ts";
import { ModelServer } from "./openai-server.ts";

type Message = OpenAI.ChatCompletionMessageParam;

/** The OpenAI client with Chat Completions: `shieldClient`, `guardTools` and `runTools`, messages kept by the app. */
export const openaiDriver: Driver = {
  name: "openai",
  open: async (setup) => {
    const server = new ModelServer();
    return new OpenAiChat<Message>(setup, server, conversationOf(setup, server));
  },
};

function conversationOf(setup: Setup, server: ModelServer): Conversation<Message> {
  return {
    userSays: (content) => ({ role: "user", content }),
    answerTo: (tool_call_id, content) => ({ role: "tool", tool_call_id, content }),
    go: (messages, signal) => runAgent("desk", setup, { setup, server }, messages, signal),
    changed: (message, call, { args, tool }) => {
      if (message.role !== "assistant" || message.tool_calls === undefined) return message;
      const tool_calls = message.tool_calls.map((made) => {
        if (made.type !== "function" || made.id !== call) return made;
        const { name, arguments: text } = made.function;
        return { ...made, function: { name: tool ?? name, arguments: args === undefined ? text : JSON.stringify(args) } };
      });
      return { ...message, tool_calls };
    },
  };
}

interface App {
  readonly setup: Setup;
  readonly server: ModelServer;
}

async function runAgent(
  name: string,
  agent: AgentSetup,
  app: App,
  before: readonly Message[],
  signal: AbortSignal,
): Promise<Ended<Message>> {
  const { gate, streams, context: toolContext, onCoverage, onFault } = app.setup;
  const { session } = agent;
  const tools = guardTools(
    gate,
    agent.tools.map((tool) => toolOf(tool, app)),
    { session, onCoverage, onFault },
  );
  // the host observes what the user says, and what is said to an agent in a tool is not the user's
  const options = { session, tools, texts: "leave", onCoverage, onFault } as const;
  const client = shieldClient(await app.server.clientOf(name, agent.model), gate, options);
  let messages: readonly Message[] = before;
  try {
    messages = await answered(before, (message, earlier) => callTools(tools, message, { messages: earlier, toolContext, signal }));
    const params = { model: name, messages: [...messages], tools, toolContext };
    const running = { maxChatCompletions: 20, signal };
    const chunks: unknown[] = [];
    const runner = streams
      ? client.chat.completions.runTools({ ...params, stream: true }, running).on("chunk", (chunk) => void chunks.push(chunk))
      : client.chat.completions.runTools(params, running);
    try {
      const text = await runner.finalContent();
      return { items: runner.messages, text: text ?? "", native: { chunks, messages: runner.messages }, thrown: undefined };
    } catch (thrown) {
      return { items: runner.messages, text: "", native: { chunks, messages: runner.messages, thrown }, thrown };
    }
  } catch (thrown) {
    return { items: messages, text: "", native: { messages, thrown }, thrown };
  }
}

/** The messages with the answers to the calls that are open at their end. */
async function answered(
  messages: readonly Message[],
  answer: (message: Message, earlier: readonly Message[]) => Promise<readonly Message[]>,
): Promise<readonly Message[]> {
  const at = messages.findLastIndex(({ role }) => role !== "tool");
  const message = messages[at];
  if (message?.role !== "assistant") return messages;
  const closed = new Set(messages.slice(at).flatMap((said) => (said.role === "tool" ? [said.tool_call_id] : [])));
  const open = message.tool_calls?.filter(({ id }) => !closed.has(id)) ?? [];
  if (open.length === 0) return messages;
  return [...messages, ...(await answer({ ...message, tool_calls: open }, messages.slice(0, at)))];
}

function toolOf(tool: SetupTool, app: App): { readonly type: "function"; readonly function: NativeFunction } {
  if (tool.kind === "tool") return { type: "function", function: functionOf(tool) };
  const { name, agent } = tool;
  const ask = async (content: string, signal: AbortSignal): Promise<string> => {
    // from its start each time: the answer whose calls wait is held, so that no model is asked again
    const { text, thrown } = await runAgent(name, agent, app, [{ role: "user", content }], signal);
    if (thrown !== undefined) throw thrown;
    return text;
  };
  return { type: "function", function: agentFunctionOf(tool, ask) };
}
