import { guardTools, policyMiddleware } from "@sallyport/langchain";
import { Command, MemorySaver } from "@langchain/langgraph";
import { memoryStore, type Gate } from "@sallyport/core";
import { AIMessage, createAgent, fakeModel, HumanMessage, tool } from "langchain";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { approve, call, emptyWorld, gateOn, LEAD, onlyPending, recordsOf, resultsIn, SESSION, toolsOf, type World } from "./kit.ts";

const config = { configurable: { thread_id: "t" } };
const asked = { messages: [{ role: "user", content: "go" }] };
const INNER = { ...SESSION, id: "chat-1/helper", agent: { id: "helper" }, parent: "chat-1" };

let world: World;
let gate: Gate;
const store = memoryStore;
beforeEach(async () => {
  world = emptyWorld();
});

/** An agent with a tool that is an agent, which is guarded by its middleware or by its tools alone. */
function outerAgent(inner: "middleware" | "tools", version: "v1" | "v2") {
  const pay = toolsOf(world).pay;
  const helperModel = fakeModel().respondWithTools([call("pay", { amount: 500 }, "h1")]);
  for (let n = 0; n < 5; n++) helperModel.respond(new AIMessage("helped"));
  const helper =
    inner === "middleware"
      ? createAgent({
          model: helperModel,
          tools: [pay],
          middleware: policyMiddleware(gate, { session: INNER }),
          checkpointer: true,
          version,
        })
      : createAgent({ model: helperModel, tools: guardTools(gate, [pay], { session: INNER }), version });
  const delegate = tool(
    async ({ prompt }) => {
      const { messages } = await helper.invoke({ messages: [new HumanMessage(prompt)] });
      return messages.at(-1)?.content;
    },
    { name: "delegate", description: "asks the helper", schema: z.object({ prompt: z.string() }) },
  );
  const model = fakeModel().respondWithTools([call("delegate", { prompt: "pay bob" }, "c1"), call("pay", { amount: 1 }, "c2")]);
  for (let n = 0; n < 5; n++) model.respond(new AIMessage("done"));
  return createAgent({
    model,
    tools: [delegate, pay],
    middleware: policyMiddleware(gate, { session: SESSION }),
    checkpointer: new MemorySaver(),
    version,
  });
}

describe.each([
  ["middleware", "v1"],
  ["middleware", "v2"],
  ["tools", "v1"],
  ["tools", "v2"],
] as const)("a sub-agent guarded by %s, version %s", (inner, version) => {
  it("pauses the whole graph for its innermost call, and that is what runs, once", async () => {
    const ledger = store();
    gate = await gateOn(ledger);
    const agent = outerAgent(inner, version);
    const paused = await agent.invoke(asked, config);
    expect(paused.__interrupt__).toMatchObject([{ value: { actionRequests: [{ name: "pay", args: { amount: 500 } }] } }]);
    expect(await onlyPending(gate)).toMatchObject({ session: "chat-1/helper", call: { id: "h1", args: { amount: 500 } } });
    const again = await agent.invoke(new Command({ resume: { decisions: [{ type: "approve" }] } }), config);
    expect(again.__interrupt__).toHaveLength(1);
    await approve(gate, LEAD);
    const done = await agent.invoke(new Command({ resume: { decisions: [{ type: "approve" }] } }), config);
    expect(resultsIn(done.messages)).toEqual([
      ["c1", "success", "helped"],
      ["c2", "success", expect.stringContaining("receipt")],
    ]);
    expect(world.paid.map(({ amount }) => amount).toSorted((a, b) => a - b)).toEqual([1, 500]);
    const records = (await recordsOf(ledger)).filter((record) => record.endsWith(" c1"));
    expect(records.at(-1)).toBe("call.completed c1");
    expect(records).toContain("call.paused c1");
  });
});

it("a sub-agent takes the native answer of an approver, who comes with the run of the outer one", async () => {
  gate = await gateOn();
  const helperModel = fakeModel()
    .respondWithTools([call("pay", { amount: 500 }, "h1")])
    .respond(new AIMessage("helped"));
  const approver = ({ configurable }: { configurable: object }) => (Reflect.get(configurable, "user") === "lea" ? LEAD : { id: "kim" });
  const helper = createAgent({
    model: helperModel,
    tools: [toolsOf(world).pay],
    middleware: policyMiddleware(gate, { session: INNER, approver }),
    checkpointer: true,
  });
  const delegate = tool(async () => (await helper.invoke(asked)).messages.at(-1)?.content, {
    name: "delegate",
    description: "d",
    schema: z.object({}),
  });
  const model = fakeModel()
    .respondWithTools([call("delegate", {}, "c1")])
    .respond(new AIMessage("done"));
  const agent = createAgent({
    model,
    tools: [delegate],
    middleware: policyMiddleware(gate, { session: SESSION, approver }),
    checkpointer: new MemorySaver(),
  });
  const paused = await agent.invoke(asked, config);
  const resume = { decisions: [{ type: "approve" }] };
  const again = await agent.invoke(new Command({ resume }), { configurable: { thread_id: "t", user: "kim" } });
  expect(again.__interrupt__).toHaveLength(1);
  const id = paused.__interrupt__?.[0]?.id ?? "";
  const done = await agent.invoke(new Command({ resume: { [again.__interrupt__?.[0]?.id ?? id]: resume } }), {
    configurable: { thread_id: "t", user: "lea" },
  });
  expect(resultsIn(done.messages)).toEqual([["c1", "success", "helped"]]);
  expect(world.paid).toEqual([{ to: "bob", amount: 500 }]);
});
