import { Agent } from "@openai/agents";
import { applyVerdicts, loadState } from "@sallyport/openai/agents";
import { expect, it } from "vitest";
import { bank, call, open, runner, Scripted, SESSION, text } from "./kit.ts";

const POLICY = `
version: 1
name: bank
boundary: { internal: [] }
tools: { pay: { effect: side_effect, destination: none } }
rules:
  - { id: admin, tools: [pay], when: '"admin" in principal.roles', decide: allow }
  - { id: others, tools: [pay], when: '!("admin" in principal.roles)', decide: require_approval, reason: ask, approval: { by: '"lead" in approver.roles' } }
`;
const ANN = { user: "ann", roles: ["user"] };

/** A desk whose session is made of what the app hands to a run, and the stored state in which it waits. */
async function paused() {
  const opened = await open({ policy: POLICY });
  const { done, pay } = bank();
  const model = new Scripted([call("pay", { amount: 500 })], [text("bye")]);
  const desk = opened.guard(new Agent<typeof ANN>({ name: "desk", model, tools: [pay] }), {
    session: ({ context }) => ({ ...SESSION, principal: { id: Object(context).user, roles: Object(context).roles } }),
  });
  const { state } = await runner.run(desk, "go", { context: ANN });
  return { ...opened, done, desk, stored: state.toString() };
}

it("takes who asks from the app, whatever the stored state says", async () => {
  const { gate, done, desk, stored } = await paused();
  const edited = stored.replaceAll('"roles":["user"]', '"roles":["admin"]');
  expect(edited).not.toBe(stored);
  const state = await loadState(desk, edited, ANN);
  for (const item of state.getInterruptions()) state.approve(item);
  await runner.run(desk, state);
  expect([done, await gate.approvals.list({ status: "pending" })]).toEqual([[], [expect.anything()]]);
});

it("leaves the run waiting after a native yes, and goes on once a verdict is on record", async () => {
  const { gate, approve, done, desk, stored } = await paused();
  const state = await loadState(desk, stored, ANN);
  for (const item of state.getInterruptions()) state.approve(item);
  expect((await runner.run(desk, state)).interruptions).toHaveLength(1);
  await approve();
  const loaded = await loadState(desk, stored, ANN);
  expect(await applyVerdicts(gate, loaded)).toEqual([]);
  expect([(await runner.run(desk, loaded)).finalOutput, done]).toEqual(["bye", ["pay 500"]]);
});
