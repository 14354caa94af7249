import {
  Agent,
  attachClientToolSearchExecutor,
  getClientToolSearchExecutor,
  handoff,
  RunContext,
  shellTool,
  tool,
  webSearchTool,
} from "@openai/agents";
import { coverage } from "@sallyport/openai/agents";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { bank, call, open, runner, Scripted, text } from "./kit.ts";

const BYE = [text("bye")];

describe("an agent", () => {
  it("stays as it was, and its guarded form does only what the policy allows", async () => {
    const { done, pay, wipe } = bank();
    const { guard } = await open();
    const model = new Scripted([call("pay", { amount: 1 }), call("wipe", {}, "c2")], BYE);
    const desk = new Agent({ name: "desk", model, tools: [pay, wipe] });
    const guarded = guard(desk);
    expect([desk.tools, desk.model, Object.hasOwn(desk, "clone")]).toEqual([[pay, wipe], model, false]);
    expect((await runner.run(guarded, "go")).finalOutput).toBe("bye");
    expect(done).toEqual(["pay 1"]);
    expect([model.shown(), model.shown("c2")]).toEqual([
      expect.stringContaining("paid 1"),
      expect.stringContaining("denied by policy: nothing is wiped"),
    ]);
    expect(model.offered()).toEqual(["pay"]);
  });

  it("is guarded once, and what it shares with a guarded one is guarded for each", async () => {
    const { guard } = await open();
    const other = await open();
    const guarded = guard(new Agent({ name: "desk", model: new Scripted(BYE), tools: [bank().pay] }));
    expect(() => guard(guarded)).toThrow("guarded already");
    expect(() => other.guard(new Agent({ name: "other", model: new Scripted(BYE), tools: guarded.tools }))).toThrow("guarded already");
    expect((await runner.run(guard(new Agent({ name: "third", model: guarded.model })), "go")).finalOutput).toBe("bye");
    expect(guard(new Agent({ name: "second", model: new Scripted(BYE), tools: guarded.tools })).tools).toHaveLength(1);
  });

  it("tells those who listen to it", async () => {
    const { guard } = await open();
    const heard: string[] = [];
    const desk = new Agent({ name: "desk", model: new Scripted(BYE) });
    desk.on("agent_end", () => heard.push("handed in"));
    const guarded = guard(desk);
    guarded.on("agent_end", () => heard.push("guarded"));
    await runner.run(guarded, "go");
    expect(heard).toEqual(["guarded", "handed in"]);
  });

  it("has tools that stay guarded where the app copies them, and where a search finds them", async () => {
    const { done, pay, wipe } = bank();
    const { guard } = await open();
    const model = new Scripted([call("wipe", {})], BYE);
    const [guarded] = guard(new Agent({ name: "desk", model, tools: [wipe] })).tools;
    if (guarded?.type !== "function") throw new Error("not reached");
    const sly = { ...guarded, invoke: wipe.invoke };
    for (const tools of [[{ ...guarded }], [sly]]) await runner.run(guard(new Agent({ name: "desk", model, tools })), "go");
    const search = attachClientToolSearchExecutor(
      { type: "hosted_tool", name: "tool_search", providerData: { type: "tool_search", execution: "client" } },
      () => [wipe, pay],
    );
    const [found] = await guard(new Agent({ name: "desk", model, tools: [search] })).getAllTools(new RunContext());
    const tools = await (found && getClientToolSearchExecutor(found))?.(Object({}));
    for (const tool of Array.isArray(tools) ? tools : []) {
      if (tool.type !== "function") throw new Error("not reached");
      expect(await tool.invoke(new RunContext(), '{"amount":1}')).toMatch(/denied by policy|paid 1/);
    }
    expect([done, Array.isArray(tools) && tools.length]).toEqual([["pay 1"], 2]);
  });

  it("guards what is put into its lists later on", async () => {
    const { done, wipe } = bank();
    const { guard } = await open();
    const model = new Scripted([call("wipe", {})], BYE);
    const guarded = guard(new Agent({ name: "desk", model }));
    guarded.tools.push(wipe);
    await runner.run(guarded, "go");
    expect([done, model.shown()]).toEqual([[], expect.stringContaining("denied by policy")]);
  });
});

describe("what it is cloned to and hands off to", () => {
  it("is guarded: clones, with tools and a model of their own", async () => {
    const { done, pay, wipe } = bank();
    const { guard, records } = await open();
    const model = new Scripted([call("wipe", {}), call("pay", { amount: 1 }, "c2")], [text("key: sk_live_4eC39HqLyjWDarjtT1zdp7dc")]);
    const clone = guard(new Agent({ name: "desk", model: new Scripted(BYE), tools: [pay] }))
      .clone({ name: "night desk", model })
      .clone({ tools: [wipe, pay] });
    expect((await runner.run(clone, "go")).finalOutput).not.toContain("sk_live");
    expect(done).toEqual(["pay 1"]);
    expect(await records()).toContain("call.proposed c1 deny");
  });

  it("is guarded: agents, handoffs, those that a handoff hands out in the end, and round about", async () => {
    const { done, wipe } = bank();
    const { guard } = await open();
    const model = new Scripted([call("wipe", {}, "c1")], BYE);
    const secret = new Agent({ name: "secret", model, tools: [wipe] });
    const sly = handoff(new Agent({ name: "front", model: new Scripted(BYE) }));
    sly.onInvokeHandoff = async () => secret;
    const second = new Agent({ name: "second", model: new Scripted([call("transfer_to_front", {}, "h2")]), handoffs: [sly] });
    const first = new Agent({ name: "first", model: new Scripted([call("transfer_to_second", {}, "h1")]), handoffs: [second] });
    second.handoffs.push(first);
    const result = await runner.run(guard(first), "go");
    expect([result.lastAgent?.name, result.finalOutput, done]).toEqual(["secret", "bye", []]);
    expect(model.shown()).toContain("denied by policy");
    expect(second.handoffs).toEqual([sly, first]);
  });

  it("keeps the session of one that was guarded before", async () => {
    const { done, pay } = bank();
    const { guard, records, store } = await open();
    const billing = guard(new Agent({ name: "billing", model: new Scripted([call("pay", { amount: 1 })], BYE), tools: [pay] }), {
      session: { id: "billing", principal: { id: "ann" }, agent: { id: "billing" }, parent: "chat" },
    });
    await runner.run(
      guard(new Agent({ name: "desk", model: new Scripted([call("transfer_to_billing", {}, "h1")]), handoffs: [billing] })),
      "go",
    );
    expect(done).toEqual(["pay 1"]);
    expect((await store.streams()).some(({ stream }) => stream.includes("billing"))).toBe(true);
    expect(await records()).toContain("call.completed c1 allow");
  });
});

describe("what cannot be enforced", () => {
  const shell = shellTool({ shell: { run: async () => ({ output: [] }) } });

  it("is reported, and is refused under `strict`", async () => {
    const stranger = tool({ name: "stranger", description: "", parameters: z.object({}), execute: async () => "" });
    const inner = new Agent({ name: "inner", model: new Scripted(BYE) }).asTool({ toolName: "ask_inner", toolDescription: "" });
    const desk = new Agent({ name: "desk", model: "gpt-5", tools: [webSearchTool(), shell, stranger, inner] });
    const { guard, gaps } = await open();
    guard(desk);
    const found = [
      { tool: "web_search", gap: "provider-executed" },
      { tool: "web_search", gap: "uncatalogued" },
      { tool: "shell", gap: "unguarded" },
      { tool: "shell", gap: "uncatalogued" },
      { tool: "stranger", gap: "uncatalogued" },
      { tool: "ask_inner", gap: "ungoverned" },
    ];
    expect(gaps).toEqual([{ tool: "desk.model", gap: "ungoverned" }, ...found]);
    expect(coverage(desk, (await open()).gate)).toEqual(found);
    const strict = await open({ strict: true });
    for (const tools of [[webSearchTool()], [shell], [inner]])
      expect(() => strict.guard(new Agent({ name: "desk", model: new Scripted(BYE), tools }))).toThrow(
        /cannot be denied|not guarded|not governed/,
      );
    expect(() => strict.guard(new Agent({ name: "desk", model: "gpt-5" }))).toThrow("`desk.model` is not governed");
  });

  it("is refused where it is an agent that nobody guarded, unless the app knows it", async () => {
    const { done, wipe } = bank();
    const make = () => new Agent({ name: "inner", model: new Scripted([call("wipe", {}, "i1")], BYE), tools: [wipe] });
    const asked = async (except: readonly string[]) => {
      const { guard } = await open();
      const model = new Scripted([call("ask_inner", { input: "go" })], BYE);
      await runner.run(
        guard(new Agent({ name: "desk", model, tools: [make().asTool({ toolName: "ask_inner", toolDescription: "" })] }), { except }),
        "go",
      );
      return model.shown();
    };
    expect(await asked([])).toContain("not run: `ask_inner` is not guarded");
    expect(done).toEqual([]);
    expect(await asked(["ask_inner"])).toContain("bye");
    expect(done).toEqual(["wipe"]);
  });

  it("is no agent at all", async () => {
    const { guard, gate, options } = await open();
    expect(() => guard(Object({ name: "x" }))).toThrow("an agent without `clone` is none; hand over what @openai/agents makes");
    const half = Object({ type: "function", name: "pay", invoke: async () => "paid" });
    expect(() => guard(new Agent({ name: "x", model: new Scripted(BYE), tools: [half] }))).toThrow("hand over tools of @openai/agents");
    const { guardAgent } = await import("@sallyport/openai/agents");
    expect(() => guardAgent(new Agent({ name: "x" }), gate, { ...options, modelProvider: Object({}) })).toThrow("`modelProvider`");
    expect(() => guardAgent(new Agent({ name: "x" }), gate, Object({}))).toThrow("`session` is missing");
  });
});
