import { guardTools } from "@sallyport/langchain";
import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { RunnableLambda } from "@langchain/core/runnables";
import { tool } from "@langchain/core/tools";
import { Command, MemorySaver, MessagesAnnotation, Send, START, StateGraph } from "@langchain/langgraph";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import { memoryStore, type Gate } from "@sallyport/core";
import { createAgent, fakeModel, AIMessage } from "langchain";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { call, gateOn, POLICY, resultsIn, sorted, SECRET, SESSION, turn } from "./kit.ts";

let gate: Gate;
beforeEach(async () => {
  gate = await gateOn();
});

const none = z.object({});
const FULL = { id: 1, name: "Bob", ssn: SECRET };
const KEPT = '{"id":1,"name":"Bob"}';

/** A tool named `look`, whose result is cut, or `peek`, whose result nobody looks at. */
const make = (
  name: string,
  run: (input: unknown, config: object) => unknown,
  more: { responseFormat?: "content" | "content_and_artifact" } = {},
) =>
  guardTools(gate, [tool(async (input, config) => run(input, config), { name, description: "d", schema: none, ...more })], {
    session: SESSION,
  });

async function toolMessages(tools: ReturnType<typeof make>, name = "look"): Promise<readonly unknown[]> {
  const { messages } = await new ToolNode(tools).invoke({ messages: [turn(call(name, {}))] });
  return messages;
}

describe("a result", () => {
  it("with an artifact is inspected in both parts", async () => {
    const tools = make("look", () => [JSON.stringify(FULL), { ...FULL, raw: SECRET }], { responseFormat: "content_and_artifact" });
    expect(await toolMessages(tools)).toMatchObject([{ content: KEPT, artifact: { id: 1, name: "Bob" } }]);
    expect(
      JSON.stringify(
        await toolMessages(make("look", () => [JSON.stringify(FULL), new Map([[1, SECRET]])], { responseFormat: "content_and_artifact" })),
      ),
    ).not.toContain(SECRET);
  });

  it("with an artifact that nobody looks at is the tool's own", async () => {
    const artifact = { when: new Date(0) };
    const [message] = await toolMessages(
      make("peek", () => ["x", artifact], { responseFormat: "content_and_artifact" }),
      "peek",
    );
    expect(message).toMatchObject({ content: "x" });
    expect(Reflect.get(Object(message), "artifact")).toBe(artifact);
  });

  it("that is no pair although its format says so fails, and shows nothing", async () => {
    const [message] = await toolMessages(
      make("peek", () => ({ a: SECRET }), { responseFormat: "content_and_artifact" }),
      "peek",
    );
    expect(message).toMatchObject({
      status: "error",
      content: "`peek` has the response format `content_and_artifact`, but returned no pair of the two",
    });
  });

  it("that is a message is made anew", async () => {
    const tools = make(
      "look",
      () =>
        new ToolMessage({
          content: JSON.stringify(FULL),
          tool_call_id: "c1",
          name: "look",
          artifact: FULL,
          additional_kwargs: { raw: SECRET },
          response_metadata: { raw: SECRET },
        }),
    );
    const messages = await toolMessages(tools);
    expect(messages).toMatchObject([{ content: KEPT, tool_call_id: "c1", artifact: { id: 1, name: "Bob" } }]);
    expect(JSON.stringify(messages)).not.toContain(SECRET);
  });

  it("that is a command is inspected in everything that it writes and hands on", async () => {
    const tools = make(
      "look",
      () =>
        new Command({
          update: {
            messages: [new ToolMessage({ content: JSON.stringify(FULL), tool_call_id: "c1" }), new HumanMessage(JSON.stringify(FULL))],
            found: FULL,
          },
          goto: [new Send("next", FULL), "other"],
        }),
    );
    const [command] = Object.values(await new ToolNode(tools).invoke({ messages: [turn(call("look", {}))] }));
    expect(command).toBeInstanceOf(Command);
    expect(command).toMatchObject({
      update: { messages: [{ content: KEPT, tool_call_id: "c1" }, { content: KEPT }], found: { id: 1, name: "Bob" } },
      goto: [{ node: "next", args: { id: 1, name: "Bob" } }, "other"],
    });
    const symbols = Object.getOwnPropertySymbols(command).map((symbol) => Reflect.get(Object(command), symbol));
    expect(JSON.stringify([command, symbols])).not.toContain(SECRET);
  });

  it("that is a command which nobody looks at is the tool's own, and is replayed as what it said", async () => {
    const tools = make(
      "peek",
      () => new Command({ update: { messages: [new ToolMessage({ content: "moved", tool_call_id: "c1" })] }, goto: "next" }),
    );
    const [first] = Object.values(await new ToolNode(tools).invoke({ messages: [turn(call("peek", {}))] }));
    expect(first).toMatchObject({ goto: ["next"] });
    expect(await toolMessages(tools, "peek")).toMatchObject([{ content: "moved", status: "success" }]);
  });

  it("that is yielded in parts is inspected in each, and ends as what was returned", async () => {
    const events: unknown[] = [];
    const stream = tool(
      async function* () {
        yield FULL;
        return JSON.stringify(FULL);
      },
      { name: "look", description: "d", schema: none },
    );
    const [guarded] = guardTools(gate, [stream], { session: SESSION });
    const result = await guarded?.invoke({}, { callbacks: [{ handleToolEvent: (event: unknown) => void events.push(event) }] });
    expect(result).toBe(KEPT);
    expect(JSON.stringify(events)).not.toContain(SECRET);
  });

  it("of content blocks stays what it is where nobody looks", async () => {
    const blocks = [
      { type: "text", text: "x" },
      { type: "image_url", image_url: "data:," },
    ];
    expect(
      await toolMessages(
        make("peek", () => blocks),
        "peek",
      ),
    ).toMatchObject([{ content: blocks }]);
  });
});

describe("what a tool throws", () => {
  const thrower = (): never => {
    throw Object.assign(new Error(`no row for ${SECRET}`, { cause: new Error(SECRET) }), { row: SECRET });
  };
  const watching = POLICY.replace("tools: [look], keep", "tools: [look, peek], keep");

  it("comes back inspected, and nothing of it is left anywhere: messages, callbacks, streams, snapshots", async () => {
    gate = await gateOn(memoryStore(), watching);
    const seen: unknown[] = [];
    const watch = new (class extends BaseCallbackHandler {
      name = "watch";
      override async handleToolError(error: unknown): Promise<void> {
        seen.push(error, String(error), Reflect.get(Object(error), "cause"), Reflect.get(Object(error), "stack"));
      }
      override async handleToolEnd(output: unknown): Promise<void> {
        seen.push(output);
      }
    })();
    const model = fakeModel()
      .respondWithTools([call("peek", {}, "c1"), call("look", {}, "c2")])
      .respond(new AIMessage("done"));
    const tools = [...make("peek", thrower), ...make("look", () => JSON.stringify(FULL))];
    const saver = new MemorySaver();
    const agent = createAgent({ model, tools, checkpointer: saver });
    const config = { configurable: { thread_id: "t" }, callbacks: [watch] };
    for await (const event of agent.streamEvents({ messages: [{ role: "user", content: "x" }] }, { ...config, version: "v2" }))
      seen.push(event);
    const { values } = await agent.graph.getState(config);
    expect(sorted(resultsIn(values.messages))).toEqual([
      ["c1", "error", "result withheld by policy (least-data)"],
      ["c2", "success", KEPT],
    ]);
    const all = JSON.stringify([seen, values], (_, value: unknown) =>
      value instanceof Error ? [value.message, value.stack, value.cause] : value,
    );
    expect(all).toContain("withheld");
    expect(all).not.toContain(SECRET);
  });

  it("where nobody looks is shown as its message alone", async () => {
    const { messages } = await new ToolNode(make("peek", thrower)).invoke({ messages: [turn(call("peek", {}))] });
    expect(resultsIn(messages)).toEqual([["c1", "error", `no row for ${SECRET}`]]);
    await expect(make("peek", thrower)[0]?.invoke({})).rejects.not.toHaveProperty("row");
  });
});

it("a tool made of a runnable shows its callbacks no more than the model: its steps are watched by nobody", async () => {
  const seen: unknown[] = [];
  const callbacks = [
    {
      handleChainEnd: (outputs: unknown) => void seen.push(outputs),
      handleToolEnd: (output: unknown) => void seen.push(output),
    },
  ];
  const native = RunnableLambda.from(async () => JSON.stringify(FULL)).asTool({ name: "look", description: "d", schema: none });
  const [guarded] = guardTools(gate, [native], { session: SESSION });
  expect(await guarded?.invoke(call("look", {}), { callbacks })).toMatchObject({ content: KEPT });
  expect(seen).toHaveLength(1);
  expect(JSON.stringify(seen)).not.toContain(SECRET);
});

describe("a tool that asks for itself", () => {
  it("pauses the graph, and goes on when it is called again", async () => {
    const { interrupt } = await import("@langchain/langgraph");
    const tools = make("ask", () => `they said ${String(interrupt("which one"))}`);
    const graph = new StateGraph(MessagesAnnotation)
      .addNode("tools", new ToolNode(tools))
      .addEdge(START, "tools")
      .compile({ checkpointer: new MemorySaver() });
    const config = { configurable: { thread_id: "t" } };
    const paused = await graph.invoke({ messages: [turn(call("ask", {}))] }, config);
    expect(Reflect.get(paused, "__interrupt__")).toMatchObject([{ value: "which one" }]);
    const done = await graph.invoke(new Command({ resume: "the red one" }), config);
    expect(resultsIn(done.messages)).toEqual([["c1", "success", "they said the red one"]]);
  });
});
