import { policyMiddleware } from "@sallyport/langchain";
import { AIMessage, createAgent, fakeModel, tool, ToolMessage, type BaseMessage } from "langchain";
import { z } from "zod";
import { ANSWER, ARGS, PROMPT, TOOL, type Framework, type Workshop } from "./framework.ts";

/** LangChain: `createAgent`, and the same with our middleware. */
export function langChain({ gate, work, chat }: Workshop): Framework {
  const schema = z.object({ customer: z.string(), text: z.string(), urgent: z.boolean() });
  const tools = [tool(async () => work(), { ...TOOL, schema })];
  const model = fakeModel();
  const session = ({ configurable }: { readonly configurable: Readonly<Record<string, unknown>> }) => ({
    ...chat(),
    id: String(configurable["thread_id"]),
  });
  const bare = createAgent({ model, tools });
  const guarded = createAgent({ model, tools, middleware: policyMiddleware(gate, { session }) });
  const run = async (agent: Pick<typeof bare, "invoke">): Promise<unknown> => {
    // a model of theirs says each of its answers once
    model.respond(answerTo).respond(answerTo);
    return agent.invoke({ messages: [{ role: "user", content: PROMPT }] }, { configurable: { thread_id: chat().id } });
  };
  return { name: "LangChain", bare: async () => run(bare), guarded: async () => run(guarded) };
}

function answerTo(messages: readonly BaseMessage[]): BaseMessage {
  if (ToolMessage.isInstance(messages.at(-1))) return new AIMessage(ANSWER);
  return new AIMessage({ content: "", tool_calls: [{ type: "tool_call", id: "call_1", name: TOOL.name, args: ARGS }] });
}
