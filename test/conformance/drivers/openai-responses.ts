import { callResponseTools, guardTools, shieldClient } from "@sallyport/openai";
import type { AgentSetup, Driver, Setup, SetupTool } from "@sallyport/conformance";
import type { OpenAI } from "openai";
import { agentFunctionOf, functionOf, OpenAiChat, type Conversation, type Ended, type NativeFunction } from "./openai-app.ts";
import { ModelServer } from "./openai-server.ts";

type Item = OpenAI.Responses.ResponseInputItem;
type Response = OpenAI.Responses.Response;

/** The OpenAI client with the Responses API: `shieldClient`, `guardTools` and a loop of the app's own, which keeps the items. */
export const openaiResponsesDriver: Driver = {
  name: "openai-responses",
  open: async (setup) => {
    const server = new ModelServer();
    return new OpenAiChat<Item>(setup, server, conversationOf(setup, server));
  },
};

function conversationOf(setup: Setup, server: ModelServer): Conversation<Item> {
  return {
    userSays: (content) => ({ role: "user", content }),
    answerTo: (call_id, output) => ({ type: "function_call_output", call_id, output }),
    go: (items, signal) => runAgent("desk", setup, { setup, server }, items, signal),
    changed: (item, call, { args, tool }) => {
      if (item.type !== "function_call" || item.call_id !== call) return item;
      return { ...item, name: tool ?? item.name, arguments: args === undefined ? item.arguments : JSON.stringify(args) };
    },
  };
}

interface App {
  readonly setup: Setup;
  readonly server: ModelServer;
}

async function runAgent(name: string, agent: AgentSetup, app: App, before: readonly Item[], signal: AbortSignal): Promise<Ended<Item>> {
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
  const items = [...before];
  const native: unknown[] = [];
  try {
    for (;;) {
      items.push(...(await answered(items, (output, input) => callResponseTools(tools, { output }, { input, toolContext, signal }))));
      const params = { model: name, input: items, tools: [...tools], store: false };
      const response = await (streams ? streamed(client, params, signal, native) : client.responses.create(params, { signal }));
      native.push(response);
      const output: readonly Item[] = JSON.parse(JSON.stringify(response.output));
      items.push(...output);
      if (openCalls(items).length === 0) return { items, text: response.output_text, native, thrown: undefined };
    }
  } catch (thrown) {
    return { items, text: "", native: [native, items, thrown], thrown };
  }
}

async function streamed(
  client: OpenAI,
  params: Parameters<OpenAI["responses"]["stream"]>[0],
  signal: AbortSignal,
  native: unknown[],
): Promise<Response> {
  const stream = client.responses.stream(params, { signal });
  for await (const event of stream) native.push(event);
  return stream.finalResponse();
}

/** The answers to the calls that are open at the end of a conversation. */
async function answered(
  items: readonly Item[],
  answer: (calls: readonly Item[], earlier: readonly Item[]) => Promise<readonly Item[]>,
): Promise<readonly Item[]> {
  const calls = openCalls(items);
  const [first] = calls;
  return first === undefined ? [] : answer(calls, items.slice(0, items.indexOf(first)));
}

function openCalls(items: readonly Item[]): readonly Item[] {
  const open = new Set<Item>();
  for (const item of items) {
    if (item.type === "function_call") open.add(item);
    if (item.type === "function_call_output")
      for (const call of open) if (call.type === "function_call" && call.call_id === item.call_id) open.delete(call);
  }
  return [...open];
}

function toolOf(tool: SetupTool, app: App): NativeFunction & { readonly type: "function"; readonly strict: false } {
  if (tool.kind === "tool") return { type: "function", strict: false, ...functionOf(tool) };
  const { name, agent } = tool;
  const ask = async (content: string, signal: AbortSignal): Promise<string> => {
    // from its start each time: the answer whose calls wait is held, so that no model is asked again
    const { text, thrown } = await runAgent(name, agent, app, [{ role: "user", content }], signal);
    if (thrown !== undefined) throw thrown;
    return text;
  };
  return { type: "function", strict: false, ...agentFunctionOf(tool, ask) };
}
