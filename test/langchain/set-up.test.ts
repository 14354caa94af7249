import { guardTools, policyMiddleware } from "@sallyport/langchain";
import { MemorySaver } from "@langchain/langgraph";
import { memoryStore } from "@sallyport/core";
import { AIMessage, createAgent, createMiddleware, fakeModel } from "langchain";
import { beforeEach, describe, expect, it } from "vitest";
import { call, emptyWorld, gateOn, SESSION, toolsOf, type World } from "./kit.ts";

let world: World;
beforeEach(() => {
  world = emptyWorld();
});

describe("what is put together wrongly", () => {
  it.each(["alone", "beside others"])("a list of ours within the list of middleware, %s, throws at once", async (how) => {
    const ours = policyMiddleware(await gateOn(memoryStore()), { session: SESSION });
    const others = how === "alone" ? [] : [createMiddleware({ name: "other" })];
    // as somebody without types writes it
    const middleware = JSON.parse("[]");
    middleware.push(...others, ours);
    expect(() => createAgent({ model: fakeModel(), tools: Object.values(toolsOf(world)), middleware })).toThrow(
      "the whole of `middleware`",
    );
  });

  it("a promise in the place of the gate throws at once", () => {
    const gate = JSON.parse("{}");
    expect(() => guardTools(gate, Object.values(toolsOf(world)), { session: SESSION })).toThrow("`gate` is no gate");
    expect(() => policyMiddleware(gate, { session: SESSION })).toThrow("await createGate");
  });

  it.each([
    ["no id", { ...SESSION, id: "" }],
    ["no principal", { ...SESSION, principal: { id: "" } }],
    ["no agent", { ...SESSION, agent: { id: "" } }],
  ])("a session with %s throws at once", async (what, session) => {
    const gate = await gateOn(memoryStore());
    expect(() => guardTools(gate, Object.values(toolsOf(world)), { session })).toThrow(`the session has ${what}`);
  });

  it("with the first of our two alone, no call runs that a human has to see", async () => {
    const [first] = policyMiddleware(await gateOn(memoryStore()), { session: SESSION });
    const model = fakeModel()
      .respondWithTools([call("pay", { amount: 500 }, "c1"), call("nuke", {}, "c2")])
      .respond(new AIMessage("done"));
    const agent = createAgent({ model, tools: Object.values(toolsOf(world)), middleware: [first], checkpointer: new MemorySaver() });
    const paused = await agent.invoke({ messages: "go" }, { configurable: { thread_id: "t" } });
    expect(world.paid).toEqual([]);
    expect(paused.messages.at(-1)?.text).not.toBe("done");
  });
});
