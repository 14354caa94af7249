import { Agent, Runner, tool, Usage, type Model, type ModelRequest } from "@openai/agents";
import { guardAgent } from "@sallyport/openai/agents";
import { z } from "zod";
import { ANSWER, ARGS, PROMPT, TOOL, type Framework, type Workshop } from "./framework.ts";

const CALL = {
  type: "function_call" as const,
  callId: "call_1",
  name: TOOL.name,
  status: "completed" as const,
  arguments: JSON.stringify(ARGS),
};
const CONTENT = [{ type: "output_text" as const, text: ANSWER }];
const SAYS = { type: "message" as const, role: "assistant" as const, status: "completed" as const, content: CONTENT };

const MODEL: Model = {
  getResponse: async ({ input }: ModelRequest) => ({ output: [input.length > 1 ? SAYS : CALL], usage: new Usage() }),
  getStreamedResponse: () => {
    throw new Error("nothing is streamed here");
  },
};

/** OpenAI Agents: an agent, and the same guarded. */
export function openAiAgents({ gate, work, chat }: Workshop): Framework {
  const parameters = z.object({ customer: z.string(), text: z.string(), urgent: z.boolean() });
  const bare = new Agent<{ readonly chat: string }>({
    name: "desk",
    instructions: "you write notes",
    model: MODEL,
    tools: [tool({ ...TOOL, parameters, execute: async () => work() })],
  });
  const guarded = guardAgent(bare, gate, { session: ({ context }) => ({ ...chat(), id: String(Object(context)["chat"]) }) });
  const runner = new Runner({ tracingDisabled: true });
  const run = async (agent: typeof bare): Promise<unknown> =>
    runner.run(agent, [{ role: "user", content: PROMPT }], { context: { chat: chat().id } });
  return { name: "OpenAI Agents", bare: async () => run(bare), guarded: async () => run(guarded) };
}
