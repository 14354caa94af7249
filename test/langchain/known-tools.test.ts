import { approvalNode, guardTools } from "@sallyport/langchain";
import { AIMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Command, END, MemorySaver, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import type { Gate } from "@sallyport/core";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { approve, call, gateOn, onlyPending, resultsIn, SESSION, turn } from "./kit.ts";

const config = { configurable: { thread_id: "t" } };

let gate: Gate;
let paid: unknown[];
beforeEach(async () => {
  gate = await gateOn();
  paid = [];
});

/** The tool `pay` of one of several agents, which all have another one to pay where the model names nobody. */
function payTo(name: string) {
  const pay = tool(async (input) => `receipt ${paid.push(input)}`, {
    name: "pay",
    description: "pays somebody",
    schema: z.object({ to: z.string().default(name), amount: z.number() }),
  });
  return guardTools(gate, [pay], { session: SESSION });
}

function graphOf(tools: ReturnType<typeof payTo>) {
  let turns = 0;
  return new StateGraph(MessagesAnnotation)
    .addNode("agent", async () => ({ messages: [turns++ === 0 ? turn(call("pay", { amount: 500 })) : new AIMessage("done")] }))
    .addNode("approval", approvalNode(gate, { session: SESSION, onFault: () => {} }))
    .addNode("tools", new ToolNode(tools))
    .addEdge(START, "agent")
    .addConditionalEdges("agent", ({ messages }) => (messages.at(-1)?.content === "done" ? END : "approval"))
    .addEdge("approval", "tools")
    .addEdge("tools", "agent")
    .compile({ checkpointer: new MemorySaver() });
}

describe("two tools of one name on one gate", () => {
  it("that differ: what a human sees, and what runs, is the call of the tool that runs it", async () => {
    const mine = payTo("bob");
    payTo("eve");
    const graph = graphOf(mine);
    await graph.invoke({ messages: [] }, config);
    expect(await onlyPending(gate)).toMatchObject({ call: { args: { to: "bob", amount: 500 } } });
    await approve(gate);
    const { messages } = await graph.invoke(new Command({ resume: true }), config);
    expect(resultsIn(messages)).toEqual([["c1", "success", "receipt 1"]]);
    expect(paid).toEqual([{ to: "bob", amount: 500 }]);
  });

  it("that were made anew for another request are one", async () => {
    payTo("bob");
    const graph = graphOf(payTo("bob"));
    await graph.invoke({ messages: [] }, config);
    await approve(gate);
    const { messages } = await graph.invoke(new Command({ resume: true }), config);
    expect(resultsIn(messages)).toEqual([["c1", "success", "receipt 1"]]);
  });
});
