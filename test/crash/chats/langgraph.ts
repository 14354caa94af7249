import { join } from "node:path";
import { AIMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Command, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import type { SessionInit } from "@sallyport/core";
import { approvalNode, guardTools, type Handed } from "@sallyport/langchain";
import { z } from "zod";
import { openSaver } from "../../../examples/langgraph/sqlite-saver.ts";
import { turn } from "../../langchain/kit.ts";
import { CALLS, sessionOf, type Chat, type Desk, type ToolName } from "./chat.ts";

/** LangGraph: a graph of our own, whose checkpoints say where a killed process left each of its threads. */
export function langGraphChat(desk: Desk): Chat {
  const graph = graphOf(desk);
  return {
    async pause(session) {
      const config = configOf(session);
      const { next, tasks, createdAt } = await graph.getState(config);
      const waits = tasks.some(({ interrupts }) => interrupts.length > 0);
      if (createdAt === undefined) await graph.invoke({ messages: [{ role: "user", content: "note it and pay bob" }] }, config);
      else if (next.length > 0 && !waits) await graph.invoke(null, config);
    },
    async resume(session) {
      const { messages } = await graph.invoke(new Command({ resume: true }), configOf(session));
      return shown(messages);
    },
  };
}

function graphOf({ gate, folder, effect }: Desk) {
  const session = ({ configurable }: Handed): SessionInit => sessionOf(String(configurable["thread_id"]));
  const run = (name: ToolName) => async (_input: object, config: object) => {
    const thread: unknown = Reflect.get(Object(Reflect.get(config, "configurable")), "thread_id");
    return effect(name, String(thread), String(Reflect.get(config, "idempotencyKey")));
  };
  const tools = [
    tool(run("note"), { name: "note", description: "notes", schema: z.object({ text: z.string() }) }),
    tool(run("pay"), { name: "pay", description: "pays", schema: z.object({ to: z.string() }) }),
  ];
  const asked = turn(...CALLS.map(({ id, tool: name, args }) => ({ id, name, args })));
  return new StateGraph(MessagesAnnotation)
    .addNode("agent", async ({ messages }) => ({ messages: [shown(messages) === undefined ? asked : new AIMessage("done")] }))
    .addNode("approval", approvalNode(gate, { session }))
    .addNode("tools", new ToolNode(guardTools(gate, tools, { session })))
    .addEdge(START, "agent")
    .addConditionalEdges("agent", toolsCondition, { tools: "approval", __end__: "__end__" })
    .addEdge("approval", "tools")
    .addEdge("tools", "agent")
    .compile({ checkpointer: openSaver(join(folder, "graph.db")) });
}

/** What is kept of each step is kept before the next one starts. */
function configOf(session: string) {
  return { configurable: { thread_id: session }, durability: "sync" } as const;
}

/** What a model with these messages in front of it sees of the payment. */
function shown(messages: readonly unknown[]): unknown {
  const results = messages.filter((message) => ToolMessage.isInstance(message));
  return results.find((message) => message.tool_call_id === "p1")?.content;
}
