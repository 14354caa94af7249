import { guardTools } from "@sallyport/ai-sdk";
import { generateText, tool } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { z } from "zod";
import { ANSWER, ARGS, PROMPT, TOOL, type Framework, type Workshop } from "./framework.ts";

const USAGE = { inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 }, outputTokens: { total: 1, text: 1, reasoning: 0 } };
const CALL = { type: "tool-call" as const, toolCallId: "call_1", toolName: TOOL.name, input: JSON.stringify(ARGS) };
const WANTS = { content: [CALL], finishReason: { unified: "tool-calls" as const, raw: undefined }, usage: USAGE, warnings: [] };
const TEXT = { type: "text" as const, text: ANSWER };
const SAYS = { content: [TEXT], finishReason: { unified: "stop" as const, raw: undefined }, usage: USAGE, warnings: [] };

/** The AI SDK: `generateText`, and the same with guarded tools. */
export function aiSdk({ gate, work, chat }: Workshop): Framework {
  const inputSchema = z.object({ customer: z.string(), text: z.string(), urgent: z.boolean() });
  const tools = { [TOOL.name]: tool({ description: TOOL.description, inputSchema, execute: async () => work() }) };
  const scripted = (): MockLanguageModelV4 => new MockLanguageModelV4({ doGenerate: [WANTS, SAYS] });
  return {
    name: "AI SDK",
    bare: async () => generateText({ model: scripted(), prompt: PROMPT, tools, stopWhen: ({ steps }) => steps.length === 2 }),
    guarded: async () => {
      const guarded = guardTools(gate, tools, { session: chat() });
      return generateText({ model: scripted(), prompt: PROMPT, ...guarded, stopWhen: ({ steps }) => steps.length === 2 });
    },
  };
}
