import { AIMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Command, interrupt, MemorySaver, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import { createAgent, humanInTheLoopMiddleware } from "langchain";
import { expect, it } from "vitest";
import { z } from "zod";
import { ScriptedChatModel } from "../drivers/langchain-model.ts";
import { oneAfterTheOther } from "./turns.ts";

/** Tools without any gate, one of which waits for a human, and what they did. */
function world() {
  const ran: string[] = [];
  const look = tool(async () => ran.push("look"), { name: "look", description: "looks", schema: z.object({}) });
  const pay = tool(async () => ran.push("pay"), { name: "pay", description: "pays", schema: z.object({}) });
  const ask = tool(async () => interrupt("may I?"), { name: "ask", description: "asks", schema: z.object({}) });
  return { ran, look, pay, ask };
}

const THREAD = { configurable: { thread_id: "t" } };
const BATCH = [
  { kind: "call", id: "c1", tool: "look", args: {} },
  { kind: "call", id: "c2", tool: "pay", args: {} },
] as const;

it("pauses a batch before anything of it runs, where its own human-in-the-loop asks", async () => {
  const { ran, look, pay } = world();
  const agent = createAgent({
    model: new ScriptedChatModel(oneAfterTheOther(BATCH, [{ kind: "text", text: "bye" }])),
    tools: [look, pay],
    // its types are those of another zod
    middleware: [Reflect.apply(humanInTheLoopMiddleware, undefined, [{ interruptOn: { pay: true } }])],
    checkpointer: new MemorySaver(),
  });
  await agent.invoke({ messages: [{ role: "user", content: "go" }] }, THREAD);
  expect(ran).toEqual([]);
});

it("runs every sibling in a ToolNode again on resume, so that a pause beside them repeats what they did", async () => {
  const { ran, look, ask } = world();
  const calls = new AIMessage({
    content: "",
    tool_calls: [
      { id: "c1", name: "look", args: {} },
      { id: "c2", name: "ask", args: {} },
    ],
  });
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("tools", new ToolNode([look, ask]))
    .addEdge(START, "tools")
    .compile({ checkpointer: new MemorySaver() });
  await graph.invoke({ messages: [calls] }, THREAD);
  await graph.invoke(new Command({ resume: "yes" }), THREAD);
  expect(ran).toEqual(["look", "look"]);
});

it("takes a call for answered whose id any earlier result has", async () => {
  const { ran, look } = world();
  const calls = new AIMessage({ content: "", tool_calls: [{ id: "c1", name: "look", args: {} }] });
  const answer = new ToolMessage({ content: "1", tool_call_id: "c1" });
  await new ToolNode([look]).invoke({ messages: [calls, answer, calls] });
  expect(ran).toEqual([]);
});
