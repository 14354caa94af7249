import { Agent, type StreamEvent } from "@openai/agents";
import { describe, expect, it } from "vitest";
import { bank, call, open, runner, Scripted, SESSION, text, type Item } from "./kit.ts";

const KEY = "sk_live_4eC39HqLyjWDarjtT1zdp7dc";
const BYE = [text("bye")];
const thought = (words: string): Item => ({
  type: "reasoning",
  content: [{ type: "input_text", text: words }],
  providerData: { encrypted: words },
});

/** All that a streamed run handed out. */
async function streamed(
  desk: Agent,
): Promise<{ readonly events: readonly unknown[]; readonly words: string; readonly finalOutput: unknown }> {
  const result = await runner.run(desk, "go", { stream: true });
  const events: StreamEvent[] = [];
  for await (const event of result) if (event.type === "raw_model_stream_event") events.push(event.data);
  await result.completed;
  const words = events.map((event) => (event.type === "output_text_delta" ? event.delta : "")).join("");
  return { events, words, finalOutput: result.finalOutput };
}

describe("what a model says", () => {
  it("goes out as rules on output release it, with nothing left that repeats the old words", async () => {
    const { guard, records } = await open();
    const desk = guard(new Agent({ name: "desk", model: new Scripted([thought(`it is ${KEY}`), text(`the key: ${KEY}`), text(" ok")]) }));
    const result = await runner.run(desk, "go");
    expect(result.finalOutput).toMatch(/^the key: .+ ok$/);
    expect(JSON.stringify([result.rawResponses, result.newItems, result.state.toString()])).not.toContain(KEY);
    expect((await records()).filter((record) => record.startsWith("output"))).toHaveLength(2);
  });

  it("is the very answer where no rule changes it", async () => {
    const { guard } = await open();
    const model = new Scripted([thought("hm"), text("hello")]);
    const result = await runner.run(guard(new Agent({ name: "desk", model })), "go");
    expect(result.rawResponses[0]?.providerData).toEqual({ raw: expect.stringContaining("hello") });
    expect(result.rawResponses[0]?.output[0]).toMatchObject({ providerData: { encrypted: "hm" } });
  });

  it("is released once where it is streamed, and its last event has what the others had", async () => {
    const { guard, records } = await open();
    const desk = guard(new Agent({ name: "desk", model: new Scripted([text(`the key: ${KEY} ok`)]) }));
    const { events, words, finalOutput } = await streamed(desk);
    expect(JSON.stringify(events)).not.toContain(KEY.slice(0, 12));
    expect([words, events.some((event) => Object(event).type === "model")]).toEqual([finalOutput, false]);
    expect((await records()).filter((record) => record.startsWith("output"))).toHaveLength(1);
  });

  it("streams the provider's own events where no rule could hold anything back", async () => {
    const { guard } = await open({ policy: "version: 1\nname: none\nboundary: { internal: [] }" });
    const { events, words } = await streamed(guard(new Agent({ name: "desk", model: new Scripted([text("hello there")]) })));
    expect([words, events.filter((event) => Object(event).type === "model")]).toEqual([
      "hello there",
      expect.objectContaining({ length: 3 }),
    ]);
  });

  it("is looked at in the last event too, where that says something else than the deltas", async () => {
    const { guard } = await open();
    const model = new Scripted([text("x")]);
    model.getStreamedResponse = async function* () {
      yield { type: "output_text_delta", delta: "all is well" };
      yield {
        type: "response_done",
        response: { id: "r", usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 }, output: [text(`the key: ${KEY}`)] },
      };
    };
    expect(JSON.stringify(await streamed(guard(new Agent({ name: "desk", model }))))).not.toContain(KEY);
  });

  it("shows nothing where a stream breaks off in the middle of a call", async () => {
    const { guard, records } = await open();
    const { done, pay } = bank();
    const model = new Scripted([call("pay", { amount: 1 })]);
    model.getStreamedResponse = async function* () {
      yield { type: "response_started" };
      throw new Error("connection lost");
    };
    const result = await runner.run(guard(new Agent({ name: "desk", model, tools: [pay] })), "go", { stream: true });
    await expect(result.completed).rejects.toThrow();
    expect([done, await records()]).toEqual([[], ["session.opened"]]);
  });
});

describe("what breaks while a stream is read", () => {
  it("arrives as the error that the provider gave, and is no fault of the gate", async () => {
    const { guard, faults } = await open();
    const limited = Object.assign(new Error("slow down"), { status: 429 });
    const model = new Scripted(BYE);
    model.getStreamedResponse = async function* () {
      yield { type: "output_text_delta", delta: "hello" };
      throw limited;
    };
    const result = await runner.run(guard(new Agent({ name: "desk", model })), "go", { stream: true });
    await expect(result.completed).rejects.toBe(limited);
    expect(faults).toEqual([]);
  });
});

describe("what the provider ran", () => {
  it("is reported, and what it returned counts as text from outside", async () => {
    const { guard, gaps, records } = await open();
    const search: Item = { type: "hosted_tool_call", name: "web_search_call", status: "completed", output: "buy now" };
    await runner.run(guard(new Agent({ name: "desk", model: new Scripted([search, text("found")]) })), "go").catch(() => undefined);
    expect(gaps).toContainEqual({ tool: "web_search_call", gap: "provider-executed" });
    expect(await records()).toContain("message.observed allow");
  });
});

describe("a model that is named", () => {
  it("is governed where the app says where it comes from", async () => {
    const { guard, gaps } = await open();
    const { pay, wipe } = bank();
    const model = new Scripted([text(KEY)]);
    const names: (string | undefined)[] = [];
    const modelProvider = {
      getModel: async (name?: string) => {
        names.push(name);
        return model;
      },
    };
    for (const named of [new Agent({ name: "desk", model: "gpt-5", tools: [pay, wipe] }), new Agent({ name: "desk", tools: [pay, wipe] })])
      expect((await runner.run(guard(named, { modelProvider }), "go")).finalOutput).not.toContain(KEY);
    expect([names, model.offered(), gaps]).toEqual([["gpt-5", undefined], ["pay"], []]);
  });

  it("is asked past the gate where it does not, and what runs is enforced all the same", async () => {
    const { guard, gaps, records } = await open();
    const { done, pay, wipe } = bank();
    const model = new Scripted([call("wipe", {}), call("pay", { amount: 1 }, "c2"), call("pay", { amount: 500 }, "c3")], BYE);
    const desk = guard(new Agent({ name: "desk", model: "gpt-5", tools: [pay, wipe] }));
    const { Runner } = await import("@openai/agents");
    const { interruptions } = await new Runner({ tracingDisabled: true, modelProvider: { getModel: () => model } }).run(desk, "go");
    expect([done, interruptions.length, gaps]).toEqual([["pay 1"], 1, [{ tool: "desk.model", gap: "ungoverned" }]]);
    expect((await records()).filter((record) => record.startsWith("call.proposed"))).toHaveLength(3);
    expect(JSON.stringify(model.requests[0]?.tools)).not.toContain("sallyport");
  });

  it("answers guarded agents only", async () => {
    const { guard } = await open();
    const desk = guard(new Agent({ name: "desk", model: new Scripted(BYE), tools: [bank().pay] }));
    const { model } = desk;
    if (typeof model === "string") throw new Error("not reached");
    await expect(model.getResponse(Object({ tools: [], input: "go", handoffs: [] }))).rejects.toThrow("by that agent only");
  });
});

it("finds the session of a request by what the app handed to the run, many at once", async () => {
  const { guard, store } = await open();
  const { done, pay } = bank();
  const desk = guard(
    new Agent<{ readonly user: string }>({ name: "desk", model: new Scripted([call("pay", { amount: 1 })]), tools: [pay] }),
    {
      session: ({ context, agentName }) => ({
        ...SESSION,
        id: `chat-${Object(context).user}`,
        principal: { id: Object(context).user },
        agent: { id: agentName },
      }),
    },
  );
  const users = ["ann", "bob", "eve"];
  await Promise.allSettled(users.map(async (user) => runner.run(desk, "go", { context: { user }, maxTurns: 1 })));
  expect(done).toHaveLength(3);
  expect((await store.streams()).map(({ stream }) => stream)).toEqual(users.map((user) => `session//chat-${user}`));
});
