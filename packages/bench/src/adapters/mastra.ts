import { Agent } from "@mastra/core/agent";
import { RequestContext } from "@mastra/core/request-context";
import { createTool } from "@mastra/core/tools";
import { guardTools, policyHooks, policyProcessor, type Handed } from "@sallyport/mastra";
import { z } from "zod";
import { ANSWER, ARGS, PROMPT, TOOL, type Framework, type Workshop } from "./framework.ts";

const USAGE = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };
const CALL = { type: "tool-call" as const, toolCallId: "call_1", toolName: TOOL.name, input: JSON.stringify(ARGS) };
const WANTS = { content: [CALL], finishReason: "tool-calls" as const, usage: USAGE, warnings: [] };
const SAYS = { content: [{ type: "text" as const, text: ANSWER }], finishReason: "stop" as const, usage: USAGE, warnings: [] };

const MODEL = {
  specificationVersion: "v2" as const,
  provider: "scripted",
  modelId: "scripted",
  supportedUrls: {},
  doGenerate: async ({ prompt }: { readonly prompt: readonly { readonly role: string }[] }) =>
    prompt.at(-1)?.role === "tool" ? SAYS : WANTS,
  doStream: async () => {
    throw new Error("nothing is streamed here");
  },
};

/** Mastra: an agent, and the same with guarded tools, our processor and our hooks. */
export function mastra({ gate, work, chat }: Workshop): Framework {
  const inputSchema = z.object({ customer: z.string(), text: z.string(), urgent: z.boolean() });
  const tools = { [TOOL.name]: createTool({ id: TOOL.name, description: TOOL.description, inputSchema, execute: async () => work() }) };
  const session = ({ requestContext }: Handed) => ({ ...chat(), id: String(requestContext?.get("chat")) });
  const guardedTools = guardTools(gate, tools, { session });
  const processors = [policyProcessor(gate, { session })];
  const hooks = policyHooks(gate, { tools: guardedTools });
  const said = { id: "desk", name: "Desk", instructions: "you write notes", model: MODEL };
  const bare = new Agent({ ...said, tools });
  const guarded = new Agent({ ...said, tools: guardedTools, inputProcessors: processors, outputProcessors: processors, hooks });
  const run = async (agent: Pick<typeof bare, "generate">): Promise<unknown> => {
    const requestContext = new RequestContext();
    requestContext.set("chat", chat().id);
    return agent.generate(PROMPT, { requestContext });
  };
  return { name: "Mastra", bare: async () => run(bare), guarded: async () => run(guarded) };
}
