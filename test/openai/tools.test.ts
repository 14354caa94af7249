import { memoryStore } from "@sallyport/core";
import { ApprovalRequired, guardTools } from "@sallyport/openai";
import type { OpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { toolCall } from "./completions.ts";
import { emptyWorld, gateOf, LEAD, modelOf, recordsIn, SESSION, shownTo, toolsOf } from "./tools-kit.ts";

const asked: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: "go" }];

describe.each(["whole", "streamed"] as const)("runTools, %s", (mode) => {
  /** Runs an agent to its end. */
  async function run(client: OpenAI, tools: ReturnType<typeof toolsOf>, messages = asked) {
    const params = { model: "local", messages: [...messages], tools, toolContext: "ctx" };
    const completions = client.chat.completions;
    const runner = mode === "whole" ? completions.runTools(params) : completions.runTools({ ...params, stream: true });
    return { runner, text: await runner.finalContent() };
  }

  it("runs what is allowed once, and shows the model what is denied, fails or is cut down", async () => {
    const world = emptyWorld();
    const store = memoryStore();
    const calls = [
      toolCall("c1", "pay", { to: " bob ", amount: 5 }),
      toolCall("c2", "look", { x: 1 }),
      toolCall("c3", "fail", {}),
      toolCall("c4", "nuke", {}),
      toolCall("c5", "pay", { to: "bob" }),
      toolCall("c6", "look", '{"a":1,"a":2}'),
    ];
    const { client, server } = await modelOf({ tool_calls: calls }, { content: "done" });
    const tools = guardTools(await gateOf(store), toolsOf(world), { session: SESSION });
    const { text } = await run(client, tools);
    expect(text).toBe("done");
    expect(world.paid).toEqual([{ to: "bob", amount: 5 }]);
    expect(world.handed).toEqual([{ callId: "c1", idempotencyKey: expect.stringMatching(/^[0-9a-f]{64}$/), context: "ctx" }]);
    expect(shownTo(server)).toEqual([
      ["c1", '{"receipt":1}'],
      ["c2", '{"id":1,"name":"bob"}'],
      ["c3", "the call failed: it broke"],
      ["c4", expect.stringContaining("denied by policy")],
      ["c5", expect.stringContaining("amount")],
      ["c6", expect.stringContaining("invalid-args")],
    ]);
    // all are proposed before any starts; what its own schema refuses never gets there
    expect((await recordsIn(store)).slice(0, 6)).toEqual([
      ...["c1", "c2", "c3", "c4", "c6"].map((id) => `call.proposed ${id}`),
      "call.started c1",
    ]);
    await server.close();
  });

  it("rejects with what waits once its siblings have run, and goes on from the record", async () => {
    const world = emptyWorld();
    const gate = await gateOf();
    const says = { tool_calls: [1, 500, 600].map((amount) => toolCall(`c${amount}`, "pay", { to: "bob", amount })) };
    const { client, server } = await modelOf(says, says, says, { content: "done" });
    const tools = guardTools(gate, toolsOf(world), { session: SESSION });
    const failed = await run(client, tools).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ApprovalRequired);
    const pending = await gate.approvals.list({ status: "pending" });
    expect(failed).toMatchObject({ status: 403, code: "approval_required", error: { approvals: pending.map(({ id }) => id) } });
    expect(world.paid).toEqual([{ to: "bob", amount: 1 }]);
    const [first, second] = pending;
    await gate.approvals.resolve(first?.id ?? "", { decision: "approve", approver: LEAD });
    const again = await run(client, tools).catch((error: unknown) => error);
    expect(again).toMatchObject({ error: { approvals: [second?.id] } });
    await gate.approvals.resolve(second?.id ?? "", { decision: "approve", approver: LEAD, args: { to: "bob", amount: 200 } });
    expect(await run(client, tools)).toMatchObject({ text: "done" });
    expect(world.paid.map(({ amount }) => amount)).toEqual([1, 500, 200]);
    expect(shownTo(server)).toEqual([1, 500, 600].map((amount, at) => [`c${amount}`, `{"receipt":${at + 1}}`]));
    await server.close();
  });

  it("knows equal calls of one message and ids that start again apart", async () => {
    const world = emptyWorld();
    const store = memoryStore();
    const pay = (id: string) => toolCall(id, "pay", { to: "bob", amount: 5 });
    const { client, server } = await modelOf(
      { tool_calls: [pay("call_0"), pay("call_1")] },
      { tool_calls: [pay("call_0")] },
      { content: "done" },
    );
    const tools = guardTools(await gateOf(store), toolsOf(world), { session: SESSION });
    expect(await run(client, tools)).toMatchObject({ text: "done" });
    expect(world.paid).toHaveLength(3);
    expect((await recordsIn(store)).filter((line) => line.startsWith("call.completed"))).toEqual(
      ["call_0", "call_1", "call_0#1"].map((id) => `call.completed ${id}`),
    );
    expect(new Set(world.handed.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3);
    await server.close();
  });

  it("waits with the first that has to, where calls run one by one", async () => {
    const world = emptyWorld();
    const gate = await gateOf();
    const says = { tool_calls: [1, 500, 2].map((amount) => toolCall(`c${amount}`, "pay", { to: "bob", amount })) };
    const { client, server } = await modelOf(says, says, { content: "done" });
    const tools = guardTools(gate, toolsOf(world), { session: SESSION });
    const run = async () => {
      const params = { model: "local", messages: asked, tools, parallel_tool_calls: false, toolContext: "ctx" };
      const completions = client.chat.completions;
      return (mode === "whole" ? completions.runTools(params) : completions.runTools({ ...params, stream: true })).finalContent();
    };
    await expect(run()).rejects.toBeInstanceOf(ApprovalRequired);
    expect(world.paid.map(({ amount }) => amount)).toEqual([1]);
    for (const { id } of await gate.approvals.list({ status: "pending" }))
      await gate.approvals.resolve(id, { decision: "approve", approver: LEAD });
    expect(await run()).toBe("done");
    expect(world.paid.map(({ amount }) => amount)).toEqual([1, 500, 2]);
    await server.close();
  });

  it("tells the app, and not the model, what the app's own code threw", async () => {
    const faults: unknown[] = [];
    const { client, server } = await modelOf({ tool_calls: [toolCall("c1", "look", {})] }, { content: "done" });
    const session = (): never => {
      throw new Error("a secret of the host");
    };
    const tools = guardTools(await gateOf(), toolsOf(emptyWorld()), { session, onFault: (error) => void faults.push(error) });
    expect(await run(client, tools)).toMatchObject({ text: "done" });
    expect(shownTo(server)).toEqual([["c1", "not run: the gate could not decide (fault); do not retry this call"]]);
    expect(faults).toMatchObject([{ message: "a secret of the host" }]);
    await server.close();
  });
});
