import { AIMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import { tool } from "@langchain/core/tools";
import { END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import type { AgentSetup, AgentTool, Driver, Setup } from "@sallyport/conformance";
import type { Gate } from "@sallyport/core";
import { approvalNode, guardTools } from "@sallyport/langchain";
import { z } from "zod";
import type { Checkpoints } from "./checkpoints.ts";
import { GraphChat, lastText, type PlayedGraph } from "./langgraph-chat.ts";
import { nativeTool } from "./langchain.ts";
import { ScriptedChatModel } from "./langchain-model.ts";

/** LangGraph: a graph of one's own, with `approvalNode` before a `ToolNode` of guarded tools. */
export const langgraphDriver: Driver = {
  name: "langgraph",
  open: async (setup) => new GraphChat(setup, ({ saver }) => graphOf(setup, setup, saver)),
};

function graphOf(agent: AgentSetup, setup: Setup, checkpointer?: Checkpoints["saver"]): PlayedGraph {
  const { gate, approver, onCoverage, onFault } = setup;
  const { session } = agent;
  const native = agent.tools.map((made) => (made.kind === "tool" ? nativeTool(made) : agentTool(made, setup)));
  const tools = guardTools(gate, native, { session, onCoverage, onFault });
  const model = new ScriptedChatModel(agent.model);
  const think = async ({ messages }: typeof MessagesAnnotation.State) => {
    const offered = await offeredIn(agent, gate);
    const bound = model.bindTools(tools.filter(({ name }) => offered.includes(name)));
    // tokens would be streamed before anybody looks at the text
    const said = await bound.withConfig({ tags: ["nostream"] }).invoke(messages);
    return { messages: [await released(said, agent, setup)] };
  };
  return new StateGraph(MessagesAnnotation)
    .addNode("model", think)
    .addNode(
      "approval",
      approvalNode(gate, { session, onCoverage, onFault, ...(approver === undefined ? {} : { approver: () => approver }) }),
    )
    .addNode("tools", new ToolNode(tools))
    .addEdge(START, "model")
    .addConditionalEdges("model", ({ messages }) => {
      const last = messages.at(-1);
      return AIMessage.isInstance(last) && (last.tool_calls ?? []).length > 0 ? "approval" : END;
    })
    .addEdge("approval", "tools")
    .addEdge("tools", "model")
    .compile(checkpointer === undefined ? {} : { checkpointer });
}

/** What the model said as it may be shown: LangGraph has no hook for that, so a graph of one's own does it where it asks the model. */
async function released(said: AIMessage, { session }: AgentSetup, { gate, onFault }: Setup): Promise<AIMessage> {
  if (said.text === "") return said;
  const respond = async (): Promise<string> => gate.session(session()).respond(said.text);
  const content = await respond().catch(onFault);
  // what broke is not to end up in a checkpoint
  if (typeof content !== "string") throw new Error("the answer cannot be shown");
  return new AIMessage({ content, tool_calls: said.tool_calls ?? [], ...(said.id === undefined ? {} : { id: said.id }) });
}

/** The tools that the model may see; none where the host cannot say for whom: what it threw is not to end up in a checkpoint. */
async function offeredIn({ session, tools }: AgentSetup, gate: Gate): Promise<readonly string[]> {
  try {
    return await gate.session(session()).offer(tools.map(({ name }) => name));
  } catch {
    return [];
  }
}

/** An agent as a tool: it runs in the node of the call, so that its pauses are the outer graph's. */
function agentTool({ name, description, agent }: AgentTool, setup: Setup) {
  const handler = async ({ prompt }: { readonly prompt: string }, config: RunnableConfig): Promise<string> =>
    lastText(await graphOf(agent, setup).invoke({ messages: [{ role: "user", content: prompt }] }, config));
  return tool(handler, { name, description, schema: z.object({ prompt: z.string() }) });
}
