import { guardTools, PolicyCallbackHandler } from "@sallyport/langchain";
import { tool } from "@langchain/core/tools";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import { memoryStore } from "@sallyport/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { call, emptyWorld, gateOn, resultsIn, SESSION, toolsOf, turn } from "./kit.ts";

const sights = async (store: ReturnType<typeof memoryStore>): Promise<readonly unknown[]> => {
  const streams = await store.streams();
  const records = (await Promise.all(streams.map(({ stream }) => store.read(stream, 0)))).flat();
  return records.filter(({ type }) => type === "tool.seen").map(({ state }) => [state["event"], state["tool"], state["call"]]);
};

describe("PolicyCallbackHandler", () => {
  it("writes down what guarded tools do", async () => {
    const store = memoryStore();
    const gate = await gateOn(store);
    const node = new ToolNode(guardTools(gate, Object.values(toolsOf(emptyWorld())), { session: SESSION }));
    const callbacks = [new PolicyCallbackHandler(gate, { session: SESSION })];
    await node.invoke({ messages: [turn(call("pay", { amount: 1 }, "c1"))] }, { callbacks });
    await node.invoke({ messages: [turn(call("nuke", {}, "c2"))] }, { callbacks });
    expect(await sights(store)).toEqual([
      ["started", "pay", "c1"],
      ["ended", "pay", "c1"],
      ["started", "nuke", "c2"],
      ["failed", "nuke", "c2"],
    ]);
  });

  it("blocks a tool that starts without the gate before it, also inside of one that has it", async () => {
    const store = memoryStore();
    const gate = await gateOn(store);
    const world = emptyWorld();
    const { nuke, pay } = toolsOf(world);
    const callbacks = [new PolicyCallbackHandler(gate, { session: SESSION })];
    const { messages } = await new ToolNode([nuke]).invoke({ messages: [turn(call("nuke", {}))] }, { callbacks });
    expect(resultsIn(messages)).toEqual([["c1", "error", expect.stringContaining("`nuke` is not guarded")]]);
    const ask = tool(async (_, config) => pay.invoke({ amount: 1 }, config), { name: "ask", description: "d", schema: z.object({}) });
    const node = new ToolNode(guardTools(gate, [ask], { session: SESSION }));
    const nested = await node.invoke({ messages: [turn(call("ask", {}, "c2"))] }, { callbacks });
    expect(resultsIn(nested.messages)).toEqual([["c2", "error", expect.stringContaining("`pay` is not guarded")]]);
    expect(world).toMatchObject({ paid: [], nuked: 0 });
    expect(await sights(store)).toContainEqual(["blocked", "nuke", "c1"]);
  });

  it("blocks where it cannot write down that a tool starts", async () => {
    const gate = await gateOn();
    const world = emptyWorld();
    const session = (): never => {
      throw new Error("no user");
    };
    const callbacks = [new PolicyCallbackHandler(gate, { session, onFault: () => {} })];
    const [pay] = guardTools(gate, [toolsOf(world).pay], { session: SESSION });
    await expect(pay?.invoke({ amount: 1 }, { callbacks })).rejects.toThrow("the gate could not decide (fault)");
    expect(world.paid).toEqual([]);
  });
});
