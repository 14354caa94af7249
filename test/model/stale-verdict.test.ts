import { createGate, loadPolicy, memoryStore } from "@sallyport/core";
import { expect, it } from "vitest";

const POLICY = `
version: 1
name: hours
tools: { pay: { effect: side_effect, destination: none } }
rules:
  - { id: night, tools: [pay], when: 'hour(now, "UTC") < 9', decide: require_approval, approval: { by: 'approver.id == "lea"', expires: 15m } }
  - { id: always, tools: [pay], decide: require_approval, approval: { by: 'approver.id == "bea"' } }
`;
const PAY = { id: "c1", tool: "pay", args: { amount: 40 } };

it("a verdict does not outlive what it answered: asked for again, it is answered again", async () => {
  const clock = { now: Date.parse("2026-11-22T08:50:00Z") };
  const gate = await createGate({ policy: loadPolicy(POLICY), store: memoryStore({ clock: () => clock.now }) });
  const session = gate.session({ id: "s1", principal: { id: "ann" }, agent: { id: "desk" } });
  const pending = await session.propose(PAY);
  const approval = pending.approval?.id ?? "";
  await gate.approvals.resolve(approval, { decision: "approve", approver: { id: "lea" } });
  // by day the night's rule is not asked, and with it goes the time within which it was to be answered
  clock.now = Date.parse("2026-11-22T09:00:00Z");
  expect((await session.propose(PAY)).approval?.rules).toEqual(["always"]);
  await gate.approvals.resolve(approval, { decision: "approve", approver: { id: "bea" } });
  clock.now = Date.parse("2026-11-23T08:00:00Z");
  const outcome = await session.call(PAY, () => "paid");
  expect(outcome).toMatchObject({ status: "pending", approval: { rules: ["night"] } });
});
