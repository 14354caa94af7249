import { describe, expect, it } from "vitest";
import { createGate, loadPolicy, paused, type Store } from "@sallyport/core";
import { bench } from "./kit.ts";

const policyOf = (when: string): string => `
version: 1
name: workflows
boundary: { internal: [fin] }
tools:
  list: { effect: read, labels: [own] }
  send: { effect: side_effect, destination: args.to }
  pay: { effect: write, destination: none, idempotent: true }
rules:
  - { id: ask, tools: [send, pay], decide: require_approval }
  - { id: mark, tools: [send], when: 'has(args.body)', labels: [marked] }
workflows:
  - { id: digest, lifts: [ask], steps: [{ tools: [list] }, { tools: [send], when: '${when}' }, { tools: [pay] }] }
  - { id: pays, lifts: [ask], steps: [{ tools: [pay] }, { tools: [pay] }] }
`;
const POLICY = policyOf('args.to == "fin"');
const LIST = { id: "l1", tool: "list", args: {} };
const SEND = { id: "m1", tool: "send", args: { to: "fin" } };
const PAY = { id: "p1", tool: "pay", args: {} };

const started = async (workflow = "digest", policy = POLICY) => {
  const made = await bench(policy);
  await made.session().start(workflow, { by: { id: "lea" } });
  return made;
};

const recordsOf = async (store: Store) => store.read("session//s1", 0);

describe("a workflow at the gate", () => {
  it("lets its steps run in order, and is on record with who started it", async () => {
    const { session, tool, ran, store } = await started();
    for (const call of [LIST, SEND, PAY]) expect(await session().call(call, tool())).toMatchObject({ status: "completed" });
    expect(await session().call({ ...PAY, id: "p2" }, tool())).toMatchObject({ status: "pending" });
    expect(ran).toHaveLength(3);
    const records = await recordsOf(store);
    expect(records.find(({ type }) => type === "workflow.started")?.state).toEqual({
      workflow: "digest",
      digest: loadPolicy(POLICY).workflows[0]?.digest,
      by: "lea",
    });
    expect(records.filter(({ type }) => type === "call.started").map(({ state }) => state["step"])).toEqual(
      [0, 1, 2].map((index) => ({ workflow: "digest", index })),
    );
  });

  it("survives a restart", async () => {
    const { session, tool, store } = await started();
    await session().call(LIST, tool());
    const other = await createGate({ policy: loadPolicy(POLICY), store });
    const again = other.session({ id: "s1", principal: { id: "ann" }, agent: { id: "desk" } });
    expect(await again.call(SEND, tool())).toMatchObject({ status: "completed" });
  });

  it("is of its session, and of nobody else's", async () => {
    const { session, gate } = await started();
    expect(await session({ id: "s2" }).propose(SEND)).toMatchObject({ status: "pending" });
    await expect(gate.session({ id: "s1", principal: { id: "eve" }, agent: { id: "desk" } }).start("digest")).rejects.toThrow(
      "another principal",
    );
    await expect(gate.session({ id: "", principal: { id: "ann" }, agent: { id: "desk" } }).start("digest")).rejects.toThrow();
  });

  it("is one of the policy's", async () => {
    const { session } = await started();
    await expect(session().start("dijest")).rejects.toMatchObject({
      code: "invalid-input",
      message: expect.stringContaining("did you mean `digest`?"),
    });
  });

  it("is not followed where the policy has another one of its name", async () => {
    const { session, tool, store } = await started();
    await session().call(LIST, tool());
    const other = await createGate({ policy: loadPolicy(policyOf("true")), store });
    const again = other.session({ id: "s1", principal: { id: "ann" }, agent: { id: "desk" } });
    expect(await again.propose(SEND)).toMatchObject({ status: "pending" });
  });

  it("is not followed where the policy has another rule in the place of one that it lifts", async () => {
    const { session, tool, store } = await started();
    await session().call(LIST, tool());
    const other = await createGate({ policy: loadPolicy(POLICY.replace("id: ask,", "id: ask, reason: another one,")), store });
    const again = other.session({ id: "s1", principal: { id: "ann" }, agent: { id: "desk" } });
    expect(await again.propose(SEND)).toMatchObject({ status: "pending" });
  });

  it("lifts alike whether a framework asks first or runs at once, also where the call's own rule labels", async () => {
    const marked = { ...SEND, args: { to: "fin", body: "x" } };
    for (const first of ["propose", "call"] as const) {
      const { session, tool } = await started();
      await session().call(LIST, tool());
      if (first === "propose") expect(await session().propose(marked)).toMatchObject({ status: "allow" });
      expect(await session().call(marked, tool())).toMatchObject({ status: "completed", decision: { decision: "allow", rules: ["ask"] } });
      // the label was no tool's own: what follows is asked for
      expect(await session().propose(PAY)).toMatchObject({ status: "pending" });
    }
  });

  it("lifts for nobody else what a proposed call's own label ended", async () => {
    const { session, tool } = await started();
    await session().call(LIST, tool());
    await session().propose({ ...SEND, args: { to: "fin", body: "x" } });
    expect(await session().propose({ ...SEND, id: "m2" })).toMatchObject({ status: "pending" });
  });

  it("is decided on when the call is claimed", async () => {
    const { session, tool } = await started();
    await session().call(LIST, tool());
    expect(await session().propose(SEND)).toMatchObject({ status: "allow" });
    await session().observe({ role: "external", content: "hello" });
    expect(await session().call(SEND, tool())).toMatchObject({ status: "pending" });
  });

  it("answers what was asked before its step came", async () => {
    const { session, tool, gate } = await started();
    expect(await session().propose(SEND)).toMatchObject({ status: "pending" });
    await session().call(LIST, tool());
    expect(await session().call(SEND, tool())).toMatchObject({ status: "completed" });
    expect(await gate.approvals.list({ status: "pending" })).toEqual([]);
  });

  it("lifts once where two calls race for its step", async () => {
    const { session, tool, ran } = await started("pays");
    const outcomes = await Promise.all([PAY, { ...PAY, id: "p2" }].map((call) => session().call(call, tool())));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["completed", "pending"]);
    expect(ran).toHaveLength(1);
  });

  it("waits for a step that pauses, and goes on with it", async () => {
    const { session, tool } = await started("pays");
    expect(await session().call(PAY, () => paused)).toMatchObject({ status: "unknown" });
    expect(await session().propose({ ...PAY, id: "p2" })).toMatchObject({ status: "pending" });
    expect(await session().call(PAY, tool())).toMatchObject({ status: "completed" });
    expect(await session().call({ ...PAY, id: "p3" }, tool())).toMatchObject({ status: "completed" });
  });

  it("goes on with a step whose outcome never came, where that may run again", async () => {
    const { session, tool, clock } = await started("pays");
    void session().call(PAY, () => new Promise<never>(() => undefined));
    await new Promise((resolve) => setTimeout(resolve, 20));
    clock.now += 61_000;
    expect(await session().call(PAY, tool())).toMatchObject({ status: "completed" });
    expect(await session().call({ ...PAY, id: "p2" }, tool())).toMatchObject({ status: "completed" });
  });

  it("ends where a step's tool throws", async () => {
    const { session, tool } = await started("pays");
    const failing = (): never => {
      throw new Error("broken");
    };
    expect(await session().call(PAY, failing)).toMatchObject({ status: "failed" });
    expect(await session().call({ ...PAY, id: "p2" }, tool())).toMatchObject({ status: "pending" });
  });

  it("ends where a session that works for it gets a label", async () => {
    const { session, tool } = await started();
    await session().call(LIST, tool());
    await session({ id: "child", parent: "s1" }).observe({ role: "external", content: "hello" });
    expect(await session().propose(SEND)).toMatchObject({ status: "pending" });
  });

  it("is not started by what a model says or calls", async () => {
    const { session, tool } = await bench(POLICY);
    await session().observe({ role: "user", content: '{"workflow":"digest"}' });
    await session().call({ id: "w", tool: "start", args: { workflow: "digest" } }, tool());
    await session().respond('{"workflow":"digest"}');
    await session().call(LIST, tool());
    expect(await session().propose(SEND)).toMatchObject({ status: "pending" });
  });
});
