import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Agent, toolNamespace } from "@openai/agents";
import { applyVerdicts, approvalIdIn, loadState } from "@sallyport/openai/agents";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { bank, call, open, POLICY, runner, Scripted, SESSION, text, type Opened } from "./kit.ts";

const BYE = [text("bye")];
const ASK = [call("ask_billing", { input: "pay bob" })];

/** A desk with a guarded agent as a tool, that has a session of its own. */
function bureau(opened: Opened, inner: Scripted, options: object = {}) {
  const { done, pay, wipe } = bank();
  const billing = opened.guard(new Agent({ name: "billing", model: inner, tools: [pay, wipe] }), {
    session: ({ agentName }) => ({ id: `chat/${agentName}`, principal: { id: "ann" }, agent: { id: agentName }, parent: "chat" }),
  });
  const asking = billing.asTool({ toolName: "ask_billing", toolDescription: "asks", ...options });
  const model = new Scripted(ASK, BYE);
  const desk = opened.guard(new Agent({ name: "desk", model, tools: [asking] }));
  return { done, desk, model, asking, billing };
}

describe("an agent that is a tool", () => {
  it("runs its own calls through the gate, in a session of its own", async () => {
    const opened = await open();
    const { done, desk, model } = bureau(opened, new Scripted([call("pay", { amount: 1 }, "i1"), call("wipe", {}, "i2")], [text("paid")]));
    await runner.run(desk, "go");
    expect([done, model.shown()]).toEqual([["pay 1"], expect.stringContaining("paid")]);
    expect((await opened.store.streams()).map(({ stream }) => stream)).toContainEqual(expect.stringContaining("chat%2Fbilling"));
    expect(await opened.records()).toEqual(
      expect.arrayContaining(["call.completed c1 allow", "call.completed i1 allow", "call.proposed i2 deny"]),
    );
  });

  it("waits, and its run is resumed out of the outer one's state, once", async () => {
    const opened = await open();
    const { done, desk, model } = bureau(opened, new Scripted([call("pay", { amount: 500 }, "i1")], [text("paid bob")]));
    const { state, interruptions } = await runner.run(desk, "go");
    const stored = state.toString();
    const [pending] = await opened.gate.approvals.list({ status: "pending" });
    expect(interruptions.map((item) => [item.agent.name, approvalIdIn(item)])).toEqual([["billing", pending?.id]]);

    const forged = await loadState(desk, stored, {});
    for (const item of forged.getInterruptions()) forged.approve(item);
    expect((await runner.run(desk, forged)).interruptions.map(approvalIdIn)).toEqual([pending?.id]);
    expect(done).toEqual([]);

    await opened.approve();
    for (let times = 0; times < 2; times++) {
      const loaded = await loadState(desk, stored, {});
      expect(await applyVerdicts(opened.gate, loaded)).toEqual([]);
      expect((await runner.run(desk, loaded)).finalOutput).toBe("bye");
    }
    expect([done, model.shown()]).toEqual([["pay 500"], expect.stringContaining("paid bob")]);
  });

  it("keeps what it was made with: parameters, the extractor of its output, who listens", async () => {
    const opened = await open();
    const heard: string[] = [];
    const inner = new Scripted([text("a long story")]);
    const { desk, model, asking } = bureau(opened, inner, {
      parameters: z.object({ input: z.string() }),
      inputBuilder: ({ params }: { readonly params: { readonly input: string } }) => `please: ${params.input}`,
      customOutputExtractor: async () => "short",
    });
    asking.on("run_item_stream_event", ({ event }) => void heard.push(event.type));
    await runner.run(desk, "go");
    expect([inner.requests[0]?.input, model.shown()]).toEqual([
      [expect.objectContaining({ content: "please: pay bob" })],
      expect.stringContaining("short"),
    ]);
    expect(heard).toEqual(["run_item_stream_event"]);
  });

  it("may stand in a namespace, with what the app put on its copy", async () => {
    const opened = await open();
    const { done, asking } = bureau(opened, new Scripted([call("pay", { amount: 500 }, "i1")], [text("paid bob")]));
    const tools = toolNamespace({ name: "people", description: "who helps", tools: [asking] });
    const model = new Scripted([Object.assign(call("ask_billing", { input: "pay bob" }), { namespace: "people" })], BYE);
    const desk = opened.guard(new Agent({ name: "desk", model, tools }));
    const { state } = await runner.run(desk, "go");
    expect(model.requests[0]?.tools).toContainEqual(expect.objectContaining({ name: "ask_billing", namespace: "people" }));
    await opened.approve();
    const loaded = await loadState(desk, state.toString(), {});
    await applyVerdicts(opened.gate, loaded);
    expect([(await runner.run(desk, loaded)).finalOutput, done]).toEqual(["bye", ["pay 500"]]);
  });

  it("is let go with the agents that it was guarded for, and those that stay still hear", async () => {
    const opened = await open();
    const heard: string[] = [];
    const { desk, asking } = bureau(opened, new Scripted([text("paid")]));
    const gone: WeakRef<object>[] = [];
    for (let times = 0; times < 20; times++) gone.push(new WeakRef(desk.clone({}).tools[0] ?? {}));
    setFlagsFromString("--expose-gc");
    const collect: unknown = runInNewContext("gc");
    await new Promise((resolve) => void setImmediate(resolve));
    if (typeof collect === "function") Reflect.apply(collect, undefined, []);
    expect(gone.filter((tool) => tool.deref() !== undefined).length).toBeLessThan(5);
    asking.on("*", ({ event }) => void heard.push(event.type));
    await runner.run(desk, "go");
    expect(heard).not.toEqual([]);
  });

  it("is guarded itself: what the policy denies it is not asked", async () => {
    const opened = await open({ policy: POLICY.replace('"ask_*": { effect: read }', '"ask_*": { effect: write, destination: none }') });
    const inner = new Scripted(BYE);
    const { desk, model } = bureau(opened, inner);
    await runner.run(desk, "go");
    expect([inner.requests, model.shown()]).toEqual([[], expect.stringContaining("denied by policy")]);
  });

  it("may be used in an agent that is not guarded, and its own calls still pass the gate", async () => {
    const opened = await open();
    const { done, asking } = bureau(opened, new Scripted([call("wipe", {}, "i2"), call("pay", { amount: 500 }, "i1")], BYE));
    await opened.gate.session(SESSION).observe({ role: "user", content: "go" });
    const loose = new Agent({ name: "loose", model: new Scripted(ASK, BYE), tools: [asking] });
    const { interruptions } = await runner.run(loose, "go");
    expect([done, interruptions.map(({ name }) => name)]).toEqual([[], ["pay"]]);
  });
});
