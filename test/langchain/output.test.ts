import { AIMessage, type BaseMessage } from "@langchain/core/messages";
import { MemorySaver } from "@langchain/langgraph";
import { memoryStore, type Gate } from "@sallyport/core";
import { policyMiddleware } from "@sallyport/langchain";
import { createAgent, createMiddleware, fakeModel, providerStrategy, toolStrategy } from "langchain";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { failing } from "../ai-sdk/kit.ts";
import { ScriptedChatModel } from "../conformance/drivers/langchain-model.ts";
import { gateOn, SESSION } from "./kit.ts";

const head = `
version: 1
name: outputs
boundary: { internal: [] }
tools: { look: { effect: read } }
`;
const STRICT = `${head}
rules:
  - { id: mask, on: output, detect: [pii.email], decide: redact }
  - { id: no-plans, on: output, when: 'text.contains("PLAN")', decide: deny }
`;

let store: ReturnType<typeof memoryStore>;
let gate: Gate;
beforeEach(async () => {
  store = memoryStore();
  gate = await gateOn(store, STRICT);
});

const config = { configurable: { thread_id: "t" } };
const asked = { messages: [{ role: "user", content: "go" }] };

/** An agent whose model says one message. */
function agentOf(said: AIMessage, on: Gate = gate, around: readonly ReturnType<typeof createMiddleware>[] = []) {
  const model = fakeModel().respond(said);
  return createAgent({
    model,
    tools: [],
    middleware: policyMiddleware(on, { session: SESSION, around, onFault: () => {} }),
    checkpointer: new MemorySaver(),
  });
}

const last = (messages: readonly BaseMessage[]): BaseMessage => {
  const message = messages.at(-1);
  if (message === undefined) throw new Error("nobody said anything");
  return message;
};

describe("a message of the model", () => {
  it("keeps what the rules let pass, with all that goes with it", async () => {
    const said = new AIMessage({
      content: [
        { type: "thinking", thinking: "hm", signature: "s-1" },
        { type: "text", text: "hello" },
      ],
      response_metadata: { logprobs: { content: ["hello"] } },
    });
    const { messages } = await agentOf(said).invoke(asked, config);
    expect(last(messages).content).toEqual(said.content);
    expect(last(messages).response_metadata).toEqual({ logprobs: { content: ["hello"] } });
  });

  it("is masked, with nothing left that repeats the old words, and no signature of them", async () => {
    const said = new AIMessage({
      content: [
        { type: "thinking", thinking: "ask bob@corp.example", signature: "s-1" },
        { type: "text", text: "ask bob@", citations: ["bob@corp.example"] },
        { type: "text", text: "corp.example" },
      ],
      additional_kwargs: {
        reasoning_content: "bob@corp.example it is",
        reasoning: { summary: [{ text: "bob@corp.example" }] },
        raw: "bob@corp.example",
      },
      response_metadata: { model_name: "m", logprobs: { content: ["bob@corp.example"] } },
      id: "m1",
    });
    const agent = agentOf(said);
    const { messages } = await agent.invoke(asked, config);
    expect(last(messages).content).toEqual([
      { type: "thinking", thinking: "ask [EMAIL_1]" },
      { type: "text", text: "ask [EMAIL_1]" },
    ]);
    expect(last(messages).id).toBe("m1");
    expect(last(messages).response_metadata).toEqual({ model_name: "m" });
    const stored = await agent.graph.getState(config);
    expect(JSON.stringify([messages, stored, last(messages).toDict()])).not.toContain("bob@");
  });

  it("is withheld where a rule denies it, and its calls stand", async () => {
    const said = new AIMessage({ content: "the PLAN", tool_calls: [{ id: "c1", name: "look", args: {} }] });
    const model = fakeModel().respond(said).respond(new AIMessage("bye"));
    const agent = createAgent({ model, tools: [], middleware: policyMiddleware(gate, { session: SESSION }) });
    const { messages } = await agent.invoke(asked);
    expect(messages[1]).toMatchObject({ content: "output withheld by policy (no-plans)", tool_calls: [{ name: "look" }] });
  });

  it("is seen by your own middleware as it was released", async () => {
    const seen: unknown[] = [];
    const spy = createMiddleware({
      name: "spy",
      wrapModelCall: async (request, handler) => {
        const answer = await handler(request);
        seen.push(JSON.stringify(answer));
        return answer;
      },
    });
    await agentOf(new AIMessage("ask bob@corp.example"), gate, [spy]).invoke(asked, config);
    expect(seen).toHaveLength(1);
    expect(JSON.stringify(seen)).not.toContain("bob@");
  });

  it("is not said where the store is down, and the run ends", async () => {
    const saver = new MemorySaver();
    const on = await gateOn(failing(store), STRICT);
    const agent = createAgent({
      model: fakeModel().respond(new AIMessage("the number is 4711")),
      tools: [],
      middleware: policyMiddleware(on, { session: SESSION, onFault: () => {} }),
      checkpointer: saver,
    });
    await expect(agent.invoke(asked, config)).rejects.toThrow("nothing is shown");
    expect(JSON.stringify(await agent.graph.getState(config))).not.toContain("number is");
  });
});

describe("a structured response", () => {
  const schema = z.object({ to: z.string() });
  const strategy = toolStrategy(schema);
  const behind = (said: AIMessage) => ({
    model: fakeModel().respond(said),
    tools: [],
    middleware: policyMiddleware(gate, { session: SESSION, onFault: () => {} }),
  });

  it("passes where the rules let it pass, and ends the run where they do not", async () => {
    const native = (to: string) =>
      createAgent({ ...behind(new AIMessage(JSON.stringify({ to }))), responseFormat: providerStrategy(schema) }).invoke(asked);
    expect((await native("nobody")).structuredResponse).toEqual({ to: "nobody" });
    await expect(native("bob@corp.example")).rejects.toThrow("the structured response holds");
  });

  it("is no way past the rules as a call either", async () => {
    const called = (to: string) => {
      const said = new AIMessage({ content: "", tool_calls: strategy.map(({ name }) => ({ id: "c1", name, args: { to } })) });
      return createAgent({ ...behind(said), responseFormat: strategy }).invoke(asked);
    };
    expect((await called("nobody")).structuredResponse).toEqual({ to: "nobody" });
    await expect(called("bob@corp.example")).rejects.toThrow("the structured response holds");
  });
});

describe("streamed", () => {
  const texts = async (on: Gate, mode: "messages" | "updates" | "values"): Promise<readonly string[]> => {
    const agent = createAgent({
      model: streaming("ask bob@corp.example"),
      tools: [],
      middleware: policyMiddleware(on, { session: SESSION }),
    });
    const chunks: string[] = [];
    for await (const chunk of await agent.stream(asked, { streamMode: mode })) chunks.push(JSON.stringify(chunk));
    return chunks;
  };

  it.each(["messages", "updates", "values"] as const)("nothing goes out before the rules have seen it (%s)", async (mode) => {
    const chunks = await texts(gate, mode);
    expect(chunks.join("")).toContain("[EMAIL_1]");
    expect(chunks.join("")).not.toMatch(/bob@|corp\.|exam/);
  });

  it("goes out token by token where no rule is about output", async () => {
    const chunks = await texts(await gateOn(store, head), "messages");
    expect(chunks.length).toBeGreaterThan(3);
  });
});

it("records each text once", async () => {
  await agentOf(new AIMessage("hello")).invoke(asked, config);
  const records = await store.read("session//chat-1", 0);
  expect(records.map(({ type }) => type)).toEqual(["session.opened", "output.released"]);
});

/** A model that streams its text in tokens. */
function streaming(text: string): ScriptedChatModel {
  return new ScriptedChatModel({ next: () => [{ kind: "text", text }] });
}
