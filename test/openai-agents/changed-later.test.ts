import { Agent, handoff, type AgentOptions } from "@openai/agents";
import { applyVerdicts, loadState } from "@sallyport/openai/agents";
import { describe, expect, it } from "vitest";
import { bank, call, open, runner, Scripted, text } from "./kit.ts";

const BYE = [text("bye")];

describe("what is put into a guarded agent later on", () => {
  it.each(["pushed", "set", "a handoff"])("is guarded in a stored run too: an agent among its handoffs, %s", async (how) => {
    const { guard, gate, approve } = await open();
    const { done, pay, wipe } = bank();
    const model = new Scripted([call("pay", { amount: 500 }, "c1")], [call("wipe", {}, "c2")], BYE);
    const second = new Agent({ name: "second", model, tools: [pay, wipe] });
    const desk = guard(new Agent({ name: "desk", model: new Scripted([call("transfer_to_second", {}, "h1")], BYE) }));
    if (how === "set") desk.handoffs = [second];
    else desk.handoffs.push(how === "pushed" ? second : handoff(second));
    const { state } = await runner.run(desk, "go");
    const loaded = await loadState(desk, state.toString(), {});
    for (const item of loaded.getInterruptions()) loaded.approve(item);
    expect([(await runner.run(desk, loaded)).interruptions.length, done]).toEqual([1, []]);
    await approve();
    const again = await loadState(desk, state.toString(), {});
    await applyVerdicts(gate, again);
    expect([(await runner.run(desk, again)).finalOutput, done]).toEqual(["bye", ["pay 500"]]);
    expect([second.tools, model.shown("c2")]).toEqual([[pay, wipe], expect.stringContaining("denied by policy")]);
  });

  it("is guarded where it is read: tools, each once, and the app's own list stays as it was", async () => {
    const { guard } = await open();
    const { pay, wipe } = bank();
    const desk = guard(new Agent({ name: "desk", model: new Scripted(BYE), tools: [pay] }));
    const before = desk.tools;
    before.push(wipe);
    expect([desk.tools === before, desk.tools[1] === wipe, desk.tools[1] === desk.tools[1]]).toEqual([true, false, true]);
    const own = [wipe];
    desk.tools = own;
    expect([own, desk.tools[0] === wipe, desk.clone({}).tools[0] === desk.tools[0]]).toEqual([[wipe], false, false]);
  });

  it("is guarded: another model", async () => {
    const { guard, gaps } = await open();
    const desk = guard(new Agent({ name: "desk", model: new Scripted(BYE), tools: [bank().wipe] }));
    const model = new Scripted([text("key: sk_live_4eC39HqLyjWDarjtT1zdp7dc")]);
    desk.model = model;
    expect((await runner.run(desk, "go")).finalOutput).not.toContain("sk_live");
    expect(model.offered()).toEqual([]);
    desk.model = "gpt-5";
    expect(gaps).toEqual([{ tool: "desk.model", gap: "ungoverned" }]);
  });

  it("is guarded: where a handoff leads to", async () => {
    const { guard } = await open();
    const { done, wipe } = bank();
    const model = new Scripted([call("wipe", {})], BYE);
    const evil = new Agent({ name: "evil", model, tools: [wipe] });
    const front = new Agent({ name: "front", model: new Scripted(BYE) });
    const desk = guard(new Agent({ name: "desk", model: new Scripted([call("transfer_to_front", {}, "h1")]), handoffs: [handoff(front)] }));
    const [entry] = desk.handoffs;
    if (entry === undefined || !("onInvokeHandoff" in entry)) throw new Error("not reached");
    expect(desk.handoffs[0]).toBe(entry);
    entry.onInvokeHandoff = async () => evil;
    await runner.run(desk, "go");
    expect([done, model.shown()]).toEqual([[], expect.stringContaining("denied by policy")]);
  });
});

it("refuses an agent whose `clone` makes one of another class", async () => {
  const { guard } = await open();
  class Plain extends Agent {}
  class Own extends Agent {
    override clone(config: Partial<AgentOptions>) {
      return new Own({ name: this.name, ...config });
    }
  }
  const options = { name: "desk", model: new Scripted(BYE) };
  expect(() => guard(new Plain(options))).toThrow("override `clone`");
  expect(() => guard(new Agent({ ...options, name: "front", handoffs: [new Plain(options)] }))).toThrow(
    "`desk` made another kind of agent",
  );
  expect(guard(new Own(options))).toBeInstanceOf(Own);
});
