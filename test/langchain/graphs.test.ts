import { approvalNode, guardTools } from "@sallyport/langchain";
import type { ToolCall } from "@langchain/core/messages/tool";
import { AIMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Command, END, MemorySaver, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import { memoryStore, type Gate } from "@sallyport/core";
import { createAgent, fakeModel } from "langchain";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  approve,
  call,
  emptyWorld,
  gateOn,
  LEAD,
  onlyPending,
  recordsOf,
  resultsIn,
  sorted,
  SESSION,
  toolsOf,
  turn,
  type World,
} from "./kit.ts";

const config = { configurable: { thread_id: "t" } };
const yes = { decisions: [{ type: "approve" }] };

let gate: Gate;
let world: World;
beforeEach(async () => {
  gate = await gateOn();
  world = emptyWorld();
});

/** A hand-built graph: the model's turns one after the other, then `done`. */
function graphOf(turns: readonly (readonly ToolCall[])[], { node = true, checkpointer = true } = {}) {
  const tools = guardTools(gate, Object.values(toolsOf(world)), { session: SESSION, onFault: () => {} });
  let at = 0;
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("agent", async () => ({ messages: [at < turns.length ? turn(...(turns[at++] ?? [])) : new AIMessage("done")] }))
    .addNode("approval", node ? approvalNode(gate, { session: SESSION, onFault: () => {} }) : async () => ({}))
    .addNode("tools", new ToolNode(tools))
    .addEdge(START, "agent")
    .addConditionalEdges("agent", ({ messages }) =>
      AIMessage.isInstance(messages.at(-1)) && at > 0 && messages.at(-1)?.content === "done" ? END : "approval",
    )
    .addEdge("approval", "tools")
    .addEdge("tools", "agent");
  return graph.compile(checkpointer ? { checkpointer: new MemorySaver() } : {});
}

const approveAll = async (): Promise<void> => {
  for (const { id } of await gate.approvals.list({ status: "pending" }))
    await gate.approvals.resolve(id, { decision: "approve", approver: LEAD });
};

const interruptsOf = (state: object): readonly { readonly value: { readonly sallyport: readonly { readonly call: string }[] } }[] =>
  Reflect.get(state, "__interrupt__") ?? [];

describe("a graph of its own with approvalNode", () => {
  it("pauses once for the batch, before anything of it runs", async () => {
    const store = memoryStore();
    gate = await gateOn(store);
    const graph = graphOf([[call("pay", { amount: "500" }, "c1"), call("pay", { amount: 1 }, "c2"), call("pay", { amount: 600 }, "c3")]]);
    const paused = await graph.invoke({ messages: [] }, config);
    expect(interruptsOf(paused).map(({ value }) => value.sallyport.map(({ call }) => call))).toEqual([["c1", "c3"]]);
    expect(world.paid).toEqual([]);
    await approveAll();
    const done = await graph.invoke(new Command({ resume: true }), config);
    expect(resultsIn(done.messages).map(([id, status]) => [id, status])).toEqual([
      ["c1", "success"],
      ["c2", "success"],
      ["c3", "success"],
    ]);
    expect(world.paid).toHaveLength(3);
    expect((await recordsOf(store)).slice(0, 3)).toEqual(["call.proposed c1", "call.proposed c2", "call.proposed c3"]);
  });

  it("tells the model of what was declined, and runs the rest", async () => {
    const graph = graphOf([[call("pay", { amount: 500 }, "c1"), call("pay", { amount: 1 }, "c2")]]);
    await graph.invoke({ messages: [] }, config);
    const done = await graph.invoke(new Command({ resume: { decisions: [{ type: "respond", message: "wait" }] } }), config);
    expect(sorted(resultsIn(done.messages))).toEqual([
      ["c1", "error", "not run: a human declined it: wait; do not retry this call"],
      ["c2", "success", '{"receipt":1}'],
    ]);
  });

  it("lets calls of unknown tools be on record, denied", async () => {
    const store = memoryStore();
    gate = await gateOn(store);
    const graph = graphOf([[call("rm", { path: "/" })]]);
    const done = await graph.invoke({ messages: [] }, config);
    expect(resultsIn(done.messages)).toEqual([["c1", "error", expect.stringContaining("rm")]]);
    expect(await recordsOf(store)).toEqual(["call.proposed c1"]);
  });
});

describe("a graph of its own without approvalNode", () => {
  it("pauses in the tools, one after the other; siblings that ran are answered from the record", async () => {
    const graph = graphOf([[call("pay", { amount: 1 }, "c1"), call("pay", { amount: 500 }, "c2"), call("pay", { amount: 600 }, "c3")]], {
      node: false,
    });
    const paused = await graph.invoke({ messages: [] }, config);
    expect(interruptsOf(paused)).toHaveLength(1);
    expect(world.paid).toEqual([{ to: "bob", amount: 1 }]);
    const again = await graph.invoke(new Command({ resume: yes }), config);
    expect(interruptsOf(again)).toHaveLength(1);
    await approveAll();
    const done = await graph.invoke(new Command({ resume: yes }), config);
    expect(resultsIn(done.messages).map(([id, status]) => [id, status])).toEqual([
      ["c1", "success"],
      ["c2", "success"],
      ["c3", "success"],
    ]);
    expect(world.paid.map(({ amount }) => amount).toSorted((a, b) => a - b)).toEqual([1, 500, 600]);
  });

  it("keeps what was declined from running this time", async () => {
    const graph = graphOf([[call("pay", { amount: 500 })]], { node: false });
    await graph.invoke({ messages: [] }, config);
    const done = await graph.invoke(new Command({ resume: { decisions: [{ type: "reject", message: "no" }] } }), config);
    expect(resultsIn(done.messages)).toEqual([["c1", "error", "not run: a human declined it: no; do not retry this call"]]);
    expect((await onlyPending(gate)).status).toBe("pending");
  });

  it.each([true, false])("is denied where there is no checkpointer to wait with (approvalNode: %s)", async (node) => {
    const done = await graphOf([[call("pay", { amount: 500 })]], { node, checkpointer: false }).invoke({ messages: [] });
    expect(resultsIn(done.messages)).toEqual([["c1", "error", expect.stringContaining("waits for a human")]]);
    expect(world.paid).toEqual([]);
  });
});

describe("call ids", () => {
  it("may start again in each turn: a new call is a new call", async () => {
    const turns = [1, 1, 2].map((amount) => [call("pay", { amount }, "call_0")]);
    const model = turns.reduce((model, calls) => model.respondWithTools(calls), fakeModel()).respond(new AIMessage("done"));
    const tools = guardTools(gate, Object.values(toolsOf(world)), { session: SESSION });
    const done = await createAgent({ model, tools }).invoke({ messages: [{ role: "user", content: "go" }] });
    expect(resultsIn(done.messages).map(([, , content]) => content)).toEqual(['{"receipt":1}', '{"receipt":2}', '{"receipt":3}']);
    expect(world.paid).toHaveLength(3);
  });

  it("that stand twice in one turn are one call, or a denied attempt at another", async () => {
    const same = await graphOf([[call("pay", { amount: 1 }), call("pay", { amount: 1 })]]).invoke({ messages: [] }, config);
    expect(resultsIn(same.messages).map(([, , content]) => content)).toEqual(['{"receipt":1}', '{"receipt":1}']);
    gate = await gateOn();
    const other = await graphOf([[call("pay", { amount: 1 }), call("pay", { amount: 2 })]]).invoke({ messages: [] }, config);
    expect(resultsIn(other.messages).map(([, status]) => status)).toEqual(["success", "error"]);
    expect(world.paid).toHaveLength(2);
  });

  it("that are missing deny", async () => {
    const done = await graphOf([[{ name: "pay", args: { amount: 1 } }]]).invoke({ messages: [] }, config);
    expect(resultsIn(done.messages)).toEqual([["", "error", expect.stringContaining("the call has no id")]]);
  });

  it("belong to the tool that was called, not to one that it calls with its own config", async () => {
    const [pay] = guardTools(gate, [toolsOf(world).pay], { session: SESSION });
    const outer = tool(async (_, config) => pay?.invoke({ amount: 3 }, config), { name: "ask", description: "d", schema: z.object({}) });
    const node = new ToolNode(guardTools(gate, [outer], { session: SESSION }));
    await node.invoke({ messages: [turn(call("ask", {}))] });
    expect(world.paid).toEqual([{ to: "bob", amount: 3 }]);
  });
});

describe("the same checkpoint", () => {
  it("resumed twice, at once and from before has one effect", async () => {
    const graph = graphOf([[call("pay", { amount: 500 })]]);
    await graph.invoke({ messages: [] }, config);
    const before = await graph.getState(config);
    await approve(gate);
    await Promise.all(Array.from({ length: 50 }, () => graph.invoke(new Command({ resume: yes }), config)));
    await graph.invoke(new Command({ resume: yes }), before.config);
    await graph.invoke(null, before.config);
    expect(world.paid).toEqual([{ to: "bob", amount: 500 }]);
  });

  it("tampered with runs nothing", async () => {
    const graph = graphOf([[call("pay", { amount: 500 })]]);
    const { messages } = await graph.invoke({ messages: [] }, config);
    await approve(gate);
    const id = messages.at(-1)?.id;
    await graph.updateState(
      config,
      { messages: [new AIMessage({ ...(id === undefined ? {} : { id }), content: "", tool_calls: [call("pay", { amount: 1e6 })] })] },
      "agent",
    );
    const done = await graph.invoke(null, config);
    expect(resultsIn(done.messages)).toEqual([["c1", "error", expect.stringContaining("used for other args")]]);
    expect(world.paid).toEqual([]);
  });
});
