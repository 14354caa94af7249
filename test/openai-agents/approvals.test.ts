import { Agent, MemorySession, RunContext, RunState, tool } from "@openai/agents";
import { answerInterruption, applyVerdicts, approvalIdIn, loadState } from "@sallyport/openai/agents";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { bank, call, LEAD, open, runner, Scripted, SESSION, text, type Opened } from "./kit.ts";

const BYE = [text("bye")];
const LARGE = call("pay", { amount: 500 });

/** A desk whose model asks for a large payment, and the state in which it waits. */
async function paused(opened: Opened, answers = [[LARGE], BYE]) {
  const { done, pay } = bank();
  const model = new Scripted(...answers);
  const desk = opened.guard(new Agent({ name: "desk", model, tools: [pay] }));
  const result = await runner.run(desk, "go");
  return { done, model, desk, result, stored: result.state.toString() };
}

describe("a call that waits", () => {
  it("is an interruption that names our approval, and runs once a verdict is on record", async () => {
    const opened = await open();
    const { done, desk, result, stored } = await paused(opened);
    const [pending] = await opened.gate.approvals.list({ status: "pending" });
    expect(result.interruptions.map(approvalIdIn)).toEqual([pending?.id]);
    const state = await loadState(desk, stored, {});
    expect(await applyVerdicts(opened.gate, state)).toEqual([pending]);
    expect(done).toEqual([]);
    await opened.approve();
    expect(await applyVerdicts(opened.gate, state)).toEqual([]);
    expect((await runner.run(desk, state)).finalOutput).toBe("bye");
    expect(done).toEqual(["pay 500"]);
  });

  it("runs once where the same state is loaded many times, and every run gets the result", async () => {
    const opened = await open();
    const { done, model, desk, stored } = await paused(opened);
    await opened.approve();
    const resume = async () => {
      const state = await loadState(desk, stored, {});
      await applyVerdicts(opened.gate, state);
      return (await runner.run(desk, state)).newItems.flatMap((item) => (item.type === "tool_call_output_item" ? [item.output] : []));
    };
    expect(await Promise.all([resume(), resume(), resume()])).toEqual([["paid 500"], ["paid 500"], ["paid 500"]]);
    expect(await resume()).toEqual(["paid 500"]);
    expect([done, model.shown()]).toEqual([["pay 500"], expect.stringContaining("paid 500")]);
  });

  it.each([
    ["args", (stored: string) => stored.replaceAll('{\\"amount\\":500}', '{\\"amount\\":900}')],
    ["args that nobody would have to be asked about", (stored: string) => stored.replaceAll('{\\"amount\\":500}', '{\\"amount\\":1}')],
  ])("is another one where its state was edited: %s", async (_, edit) => {
    const opened = await open();
    const { done, desk, stored } = await paused(opened);
    await opened.approve();
    const edited = edit(stored);
    expect(edited).not.toBe(stored);
    const state = await loadState(desk, edited, {});
    await applyVerdicts(opened.gate, state);
    await runner.run(desk, state);
    expect(done).toEqual([]);
    expect(await opened.records()).toContain("call.refused c1 deny");
  });

  it("waits again after a native yes that no verdict agrees with, however often it is given", async () => {
    const opened = await open();
    const { done, desk, stored } = await paused(opened);
    let state = await loadState(desk, stored, {});
    for (let times = 0; times < 3; times++) {
      for (const item of state.getInterruptions()) state.approve(item);
      const again = await runner.run(desk, state);
      expect(again.interruptions.map(approvalIdIn)).toHaveLength(1);
      state = await loadState(desk, again.state.toString(), {});
    }
    expect(done).toEqual([]);
    await opened.approve();
    for (const item of state.getInterruptions()) state.approve(item);
    expect((await runner.run(desk, state)).finalOutput).toBe("bye");
    expect(done).toEqual(["pay 500"]);
  });

  it("is refused this once where the SDK was handed a context that knows nothing of that", async () => {
    const opened = await open();
    const { done, model, desk, stored } = await paused(opened);
    const state = await RunState.fromStringWithContext(desk, stored, new RunContext({}));
    for (const item of state.getInterruptions()) state.approve(item);
    expect((await runner.run(desk, state)).finalOutput).toBe("bye");
    expect([done, model.shown()]).toEqual([[], expect.stringContaining("no approval is on record for exactly this call")]);
  });

  it("waits again there too once the verdicts were looked for, and runs after one", async () => {
    const opened = await open();
    const { done, desk, stored } = await paused(opened);
    const state = await RunState.fromStringWithContext(desk, stored, new RunContext({}));
    expect(await applyVerdicts(opened.gate, state)).toHaveLength(1);
    for (const item of state.getInterruptions()) state.approve(item);
    expect((await runner.run(desk, state)).interruptions).toHaveLength(1);
    await opened.approve();
    await applyVerdicts(opened.gate, state);
    expect([(await runner.run(desk, state)).finalOutput, done]).toEqual(["bye", ["pay 500"]]);
  });

  it("is not covered by `alwaysApprove`", async () => {
    const opened = await open();
    const { done, desk, stored } = await paused(opened, [[LARGE], [call("pay", { amount: 900 }, "c2")], BYE]);
    await opened.approve();
    const state = await loadState(desk, stored, {});
    for (const item of state.getInterruptions()) state.approve(item, { alwaysApprove: true });
    const second = await runner.run(desk, state);
    expect([done, second.interruptions.map(({ rawItem }) => Reflect.get(rawItem, "callId"))]).toEqual([["pay 500"], ["c2"]]);
  });

  it("stays away after a native no, and can still be approved elsewhere", async () => {
    const opened = await open();
    const { done, model, desk, stored } = await paused(opened);
    const state = await loadState(desk, stored, {});
    for (const item of state.getInterruptions()) state.reject(item, { message: "not now" });
    await runner.run(desk, state);
    expect([done, model.shown()]).toEqual([[], expect.stringContaining("not now")]);
    expect(await opened.gate.approvals.list({ status: "pending" })).toHaveLength(1);
  });

  it("is denied in the words of the policy once somebody said no", async () => {
    const opened = await open();
    const { done, model, desk, stored } = await paused(opened);
    for (const { id } of await opened.gate.approvals.list())
      await opened.gate.approvals.resolve(id, { decision: "deny", approver: LEAD, reason: "too much" });
    const state = await loadState(desk, stored, {});
    await applyVerdicts(opened.gate, state);
    await runner.run(desk, state);
    expect([done, model.shown()]).toEqual([[], expect.stringContaining("too much")]);
  });

  it("is kept in the SDK's own sessions", async () => {
    const opened = await open();
    const { done, pay } = bank();
    const desk = opened.guard(new Agent({ name: "desk", model: new Scripted([LARGE], BYE, BYE), tools: [pay] }));
    const session = new MemorySession();
    const { state } = await runner.run(desk, "go", { session });
    for (const item of state.getInterruptions()) state.approve(item);
    const again = await runner.run(desk, state, { session });
    await opened.approve();
    await applyVerdicts(opened.gate, again.state);
    await runner.run(desk, again.state, { session });
    await runner.run(desk, "and now?", { session });
    const types = (await session.getItems()).map((item) => item.type ?? "message");
    expect(types).toEqual(["message", "function_call", "function_call_result", "message", "message", "message"]);
    expect(done).toEqual(["pay 500"]);
  });
});

describe("the answer of somebody whom the app knows", () => {
  it("counts as their verdict", async () => {
    const opened = await open();
    const { done, desk, result } = await paused(opened);
    for (const item of result.interruptions)
      expect(await answerInterruption(opened.gate, item, { decision: "approve", approver: LEAD }, { session: SESSION })).toMatchObject({
        status: "approved",
      });
    expect(await applyVerdicts(opened.gate, result.state)).toEqual([]);
    await runner.run(desk, result.state);
    expect(done).toEqual(["pay 500"]);
  });

  it.each([
    ["it is none of ours", { rawItem: { type: "function_call", name: "pay", arguments: "{}" } }, "no interruption of ours"],
    ["it shows other args", { arguments: '{"amount":1}' }, "other args would run"],
    ["it shows another tool", { name: "balance" }, "another tool would run"],
    ["its state has another name to show", { shownAs: "balance" }, "another tool would run"],
    ["it is for another call", { callId: "c2" }, "another call would run"],
    ["it shows no args", { arguments: "{" }, "other args would run"],
  ])("is ignored where %s", async (_, change, reason) => {
    const opened = await open();
    const { result } = await paused(opened);
    const [item] = result.interruptions;
    const shown =
      "rawItem" in change ? change : { name: "shownAs" in change ? change.shownAs : undefined, rawItem: { ...item?.rawItem, ...change } };
    const verdict = { decision: "approve", approver: LEAD } as const;
    expect(await answerInterruption(opened.gate, shown, verdict, { session: SESSION })).toMatchObject({
      status: "ignored",
      reason: expect.stringContaining(reason),
    });
  });

  it.each([
    ["chat", { ...SESSION, id: "other" }],
    ["tenant", { ...SESSION, principal: { id: "ann", tenant: "other" } }],
    ["session, where the app names none", undefined],
  ])("is ignored where the call is one of another %s", async (_, session) => {
    const opened = await open();
    const { result } = await paused(opened);
    const answered = await answerInterruption(
      opened.gate,
      result.interruptions[0],
      { decision: "approve", approver: LEAD },
      Object({ session }),
    );
    expect(answered).toMatchObject({ status: "ignored", reason: "it is asked for in another session" });
  });
});

describe("what a tool asks itself", () => {
  const asking = (needsApproval: (amount: number) => boolean) => {
    const done: number[] = [];
    const pay = tool({
      name: "pay",
      description: "pays",
      parameters: z.object({ amount: z.number() }),
      needsApproval: async (_, { amount }) => needsApproval(amount),
      execute: async ({ amount }) => void done.push(amount),
    });
    return { done, pay };
  };

  it("is asked of people where the policy allows, and a native answer is theirs to give", async () => {
    const opened = await open();
    const { done, pay } = asking(() => true);
    const desk = opened.guard(new Agent({ name: "desk", model: new Scripted([call("pay", { amount: 1 })], BYE), tools: [pay] }));
    const { state } = await runner.run(desk, "go");
    const stored = state.toString();
    expect([done, state.getInterruptions().map(approvalIdIn)]).toEqual([[], [undefined]]);
    const loaded = await loadState(desk, stored, {});
    for (const item of loaded.getInterruptions()) loaded.approve(item);
    await runner.run(desk, loaded);
    expect(done).toEqual([1]);
  });

  it("is not asked about what the policy denies, and is no verdict where the policy asks as well", async () => {
    const opened = await open();
    const { done, pay } = asking(() => true);
    const model = new Scripted([call("pay", { amount: 500 })], BYE);
    const desk = opened.guard(new Agent({ name: "desk", model, tools: [pay, bank().wipe] }));
    const { state } = await runner.run(desk, "go");
    for (const item of state.getInterruptions()) state.approve(item);
    expect((await runner.run(desk, state)).interruptions).toHaveLength(1);
    const denying = new Scripted([call("wipe", {})], BYE);
    const wipe = tool({
      name: "wipe",
      description: "",
      parameters: z.object({}),
      needsApproval: true,
      execute: async () => void done.push(0),
    });
    expect((await runner.run(opened.guard(new Agent({ name: "desk", model: denying, tools: [wipe] })), "go")).interruptions).toEqual([]);
    expect(done).toEqual([]);
  });

  it("stops the run where it throws", async () => {
    const opened = await open();
    const { done, pay } = asking(() => {
      throw new Error("broken");
    });
    const desk = opened.guard(new Agent({ name: "desk", model: new Scripted([call("pay", { amount: 1 })], BYE), tools: [pay] }));
    await expect(runner.run(desk, "go")).rejects.toThrow("broken");
    expect(done).toEqual([]);
  });
});
