import { tool } from "@langchain/core/tools";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { AgentSetup, AgentTool, Driver, Setup, WorldTool } from "@sallyport/conformance";
import { policyMiddleware } from "@sallyport/langchain";
import { createAgent } from "langchain";
import { z } from "zod";
import { GraphChat, lastText, type PlayedGraph } from "./langgraph-chat.ts";
import { ScriptedChatModel } from "./langchain-model.ts";
import type { Checkpoints } from "./checkpoints.ts";

/** LangChain: `createAgent` with `policyMiddleware`, its threads kept by LangGraph's own checkpointer. */
export const langchainDriver: Driver = {
  name: "langchain",
  open: async (setup) => new GraphChat(setup, ({ saver }) => agentOf(setup, setup, saver)),
};

function agentOf(agent: AgentSetup, setup: Setup, checkpointer?: Checkpoints["saver"]): PlayedGraph {
  const { gate, approver, onCoverage, onFault } = setup;
  const { session } = agent;
  const made = createAgent({
    model: new ScriptedChatModel(agent.model),
    tools: agent.tools.map((made) => (made.kind === "tool" ? nativeTool(made) : agentTool(made, setup))),
    middleware: policyMiddleware(gate, { session, onCoverage, onFault, ...(approver === undefined ? {} : { approver: () => approver }) }),
    ...(checkpointer === undefined ? {} : { checkpointer }),
  });
  return made.graph;
}

/** A tool of the world as LangChain makes tools. */
export function nativeTool({ name, description, schema, run }: WorldTool) {
  const handler = async (args: unknown, config: RunnableConfig & { readonly toolCall?: { readonly id?: string } }): Promise<unknown> => {
    const { toolCall, signal, configurable } = config;
    const idempotencyKey = String(Reflect.get(config, "idempotencyKey"));
    return run(args, { callId: toolCall?.id, signal, idempotencyKey, context: configurable?.["marker"] });
  };
  return tool(handler, { name, description, schema });
}

/** An agent as a tool: it runs in the node of the call, so that its pauses are the outer graph's. */
function agentTool({ name, description, agent }: AgentTool, setup: Setup) {
  const handler = async ({ prompt }: { readonly prompt: string }, config: RunnableConfig): Promise<string> =>
    lastText(await agentOf(agent, setup).invoke({ messages: [{ role: "user", content: prompt }] }, config));
  return tool(handler, { name, description, schema: z.object({ prompt: z.string() }) });
}
