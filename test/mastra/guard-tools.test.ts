import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Gate } from "@sallyport/core";
import { approvalIdIn } from "@sallyport/mastra";
import {
  agentOn,
  call,
  deskIn,
  emptyWorld,
  gateOn,
  guarded,
  LEAD,
  onlyPending,
  recordsOf,
  requestOf,
  runOf,
  scripted,
  shownTo,
  text,
  type Desk,
  type World,
} from "./kit.ts";

let desk: Desk;
let gate: Gate;
let world: World;
beforeEach(async () => {
  desk = deskIn();
  gate = await gateOn(desk.store);
  world = emptyWorld();
});
afterEach(async () => desk.close());

const large = call("pay", { to: "eve", amount: "500" });

describe.each(["generate", "stream"] as const)("%s", (kind) => {
  it("runs what is allowed with the args that the schema made, once, and inspects the result", async () => {
    const model = scripted([call("look", { id: 1 }, "c1"), call("pay", { amount: "5" }, "c2")], [text("bye")]);
    const run = await runOf(agentOn(desk.storage, gate, model, { tools: guarded(gate, world) }), kind);
    expect(world.paid).toEqual([{ to: "bob", amount: 5 }]);
    expect(world.keys[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(shownTo(model)).toEqual([
      { type: "json", value: { id: 1, name: "Bob" } },
      { type: "json", value: { receipt: 1 } },
    ]);
    expect(JSON.stringify([run.chunks, run.native])).not.toContain("123-45-6789");
  });

  it("shows the model why a call was denied, and runs nothing", async () => {
    const model = scripted([call("nuke", {})], [text("bye")]);
    await runOf(agentOn(desk.storage, gate, model, { tools: guarded(gate, world), bare: true }), kind);
    expect(world.nuked).toBe(0);
    expect(shownTo(model)).toMatchObject([{ value: { denied: true, reason: expect.stringContaining("denied by policy") } }]);
  });

  it("pauses natively, names the approval, and runs once the verdict is there", async () => {
    const model = scripted([large], [text("bye")]);
    const tools = guarded(gate, world);
    const paused = await runOf(agentOn(desk.storage, gate, model, { tools }), kind, { requestContext: requestOf("ann") });
    expect(paused.finishReason).toBe("suspended");
    expect(world.paid).toEqual([]);
    const approval = await onlyPending(gate);
    const again = agentOn(desk.storage, gate, model, { tools });
    const [waiting] = (await again.listSuspendedRuns({})).runs;
    expect(approvalIdIn(waiting?.toolCalls[0])).toBe(approval.id);
    expect(waiting?.toolCalls[0]?.args).toMatchObject({ to: "eve", amount: 500 });

    const unanswered = await again.approveToolCallGenerate({ runId: paused.runId, toolCallId: "c1" });
    expect([unanswered.finishReason, world.paid.length]).toEqual(["suspended", 0]);

    await gate.approvals.resolve(approval.id, { decision: "approve", approver: LEAD });
    const done = await again.approveToolCallGenerate({ runId: paused.runId, toolCallId: "c1" });
    expect([done.finishReason, done.text]).toEqual(["stop", "bye"]);
    expect(world.paid).toEqual([{ to: "eve", amount: 500 }]);
    expect((await recordsOf(desk.store)).filter(({ type }) => type.includes("refus")).length).toBe(1);
  });
});
