import { describe, expect, it } from "vitest";
import { openApprovals } from "@sallyport/core";
import { bench, LEA, OUTSIDE, POLICY } from "./kit.ts";

describe("an approval", () => {
  it("pauses the call, and lets exactly it run once after the verdict", async () => {
    const { gate, session, tool, ran } = await bench();
    const pending = await session().call(OUTSIDE, tool());
    expect(pending.status).toBe("pending");
    expect(ran).toEqual([]);
    const [approval] = await gate.approvals.list({ status: "pending" });
    expect(approval).toMatchObject({
      session: "s1",
      call: { id: "c1", tool: "send_email", args: OUTSIDE.args },
      rules: ["outside"],
      editable: ["args.body"],
    });
    expect(await gate.approvals.resolve(approval?.id ?? "", { decision: "approve", approver: LEA })).toEqual({
      status: "approved",
      rules: [],
    });
    expect(await gate.approvals.list({ status: "pending" })).toEqual([]);
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => session().call(OUTSIDE, tool("sent"))));
    expect(ran).toHaveLength(1);
    expect(outcomes.map((outcome) => outcome.status === "completed" && outcome.result)).toEqual(Array.from({ length: 50 }, () => "sent"));
  });

  it.each([
    ["no lead", { id: "kim", roles: ["support"] }, "ignored"],
    ["the principal herself", { id: "ann", roles: ["lead"] }, "ignored"],
    ["a lead of another tenant", { id: "lea", roles: ["lead"], tenant: "other" }, "ignored"],
    ["somebody without roles: `by` fails", { id: "zoe" }, "ignored"],
    ["a lead", LEA, "approved"],
  ])("counts only whom `by` lets count: %s", async (_name, approver, status) => {
    const { gate, session, tool } = await bench();
    await session().call(OUTSIDE, tool());
    const [approval] = await gate.approvals.list();
    expect((await gate.approvals.resolve(approval?.id ?? "", { decision: "approve", approver })).status).toBe(status);
  });

  it("refuses an approver without an id, an unknown approval and an unknown decision", async () => {
    const { gate } = await bench();
    await expect(gate.approvals.resolve("ap_1", { decision: "approve", approver: { id: "" } })).rejects.toThrow("non-empty `id`");
    await expect(gate.approvals.resolve("ap_1", { decision: "approve", approver: LEA })).rejects.toThrow("no approval `ap_1`");
  });

  it("binds the args: other args under the same id are denied, under another id they are another call", async () => {
    const { gate, session, tool, ran } = await bench();
    await session().call(OUTSIDE, tool());
    const [approval] = await gate.approvals.list();
    await gate.approvals.resolve(approval?.id ?? "", { decision: "approve", approver: LEA });
    const edited = { ...OUTSIDE, args: { ...OUTSIDE.args, to: "eve@evil.example" } };
    expect((await session().call(edited, tool())).decision.rules).toEqual(["call-id-reused"]);
    expect((await session().call({ ...edited, id: "c2" }, tool())).status).toBe("pending");
    expect((await session().call({ ...OUTSIDE, definition: { description: "changed" } }, tool())).decision.rules).toEqual([
      "call-id-reused",
    ]);
    expect(ran).toEqual([]);
    expect((await session().call(OUTSIDE, tool())).status).toBe("completed");
  });

  it("binds principal, agent, session and tenant; a stranger is denied and the approval stays", async () => {
    const { gate, session, tool, ran } = await bench();
    await session().call(OUTSIDE, tool());
    const [approval] = await gate.approvals.list();
    await gate.approvals.resolve(approval?.id ?? "", { decision: "approve", approver: LEA });
    const strangers = [{ principal: { id: "mallory" } }, { agent: { id: "other" } }];
    for (const init of strangers) expect((await session(init).call(OUTSIDE, tool())).decision.rules).toEqual(["invalid-session"]);
    for (const init of [{ id: "s2" }, { principal: { id: "ann", tenant: "t2" } }])
      expect((await session(init).call(OUTSIDE, tool())).status).toBe("pending");
    expect(ran).toEqual([]);
    expect((await session().call(OUTSIDE, tool())).status).toBe("completed");
  });

  it("is denied at its expiry, and later verdicts are ignored", async () => {
    const { gate, session, tool, clock, ran } = await bench();
    await session().call(OUTSIDE, tool());
    const [approval] = await gate.approvals.list();
    clock.now += 15 * 60_000;
    expect(await gate.approvals.list({ status: "pending" })).toEqual([]);
    expect(await gate.approvals.resolve(approval?.id ?? "", { decision: "approve", approver: LEA })).toEqual({
      status: "ignored",
      rules: [],
      reason: "the approval expired",
    });
    const outcome = await session().call(OUTSIDE, tool());
    expect(outcome).toMatchObject({ status: "denied", decision: { reason: "the approval expired", rules: ["outside"] } });
    expect(ran).toEqual([]);
  });

  it("approved and not used by its expiry does not run either", async () => {
    const { gate, session, tool, clock, ran } = await bench();
    await session().call(OUTSIDE, tool());
    const [approval] = await gate.approvals.list();
    await gate.approvals.resolve(approval?.id ?? "", { decision: "approve", approver: LEA });
    clock.now += 15 * 60_000;
    expect((await session().call(OUTSIDE, tool())).status).toBe("denied");
    expect(ran).toEqual([]);
  });

  it("one denial ends it", async () => {
    const { gate, session, tool, ran } = await bench();
    await session().call(OUTSIDE, tool());
    const [approval] = await gate.approvals.list();
    const id = approval?.id ?? "";
    expect((await gate.approvals.resolve(id, { decision: "deny", approver: LEA, reason: "not him" })).status).toBe("denied");
    expect((await gate.approvals.resolve(id, { decision: "approve", approver: LEA })).status).toBe("ignored");
    expect(await session().call(OUTSIDE, tool())).toMatchObject({ status: "denied", decision: { reason: "`lea` denied it: not him" } });
    expect((await gate.approvals.get(id))?.status).toBe("denied");
    expect(ran).toEqual([]);
  });

  it("is decided again at the claim", async () => {
    const { gate, session, tool, ran } = await bench();
    await session().call(OUTSIDE, tool());
    const [approval] = await gate.approvals.list();
    await gate.approvals.resolve(approval?.id ?? "", { decision: "approve", approver: LEA });
    await session().call({ id: "r", tool: "get_customer", args: {} }, () => ({ id: 1 }));
    expect(await session().call(OUTSIDE, tool())).toMatchObject({ status: "denied", decision: { rules: ["leak"] } });
    expect(ran).toEqual([]);
  });

  it("a rule that changed since the verdict asks again", async () => {
    let text = POLICY;
    const { loadPolicy, createGate, memoryStore } = await import("@sallyport/core");
    const policies = new Map<string, ReturnType<typeof loadPolicy>>();
    const policy = () => policies.get(text) ?? policies.set(text, loadPolicy(text)).get(text) ?? loadPolicy(text);
    const gate = await createGate({ policy, store: memoryStore() });
    const session = gate.session({ id: "s1", principal: { id: "ann" }, agent: { id: "desk" } });
    await session.call(OUTSIDE, () => "sent");
    const [approval] = await gate.approvals.list();
    await gate.approvals.resolve(approval?.id ?? "", { decision: "approve", approver: LEA });
    text = POLICY.replace("expires: 15m", "quorum: 2, expires: 15m");
    const outcome = await session.call(OUTSIDE, () => "sent");
    expect(outcome).toMatchObject({ status: "pending", approval: { id: approval?.id, rules: ["outside"] } });
    text = POLICY.replace("decide: require_approval", "decide: deny").replace(/\n\s+approval: .*/, "");
    expect((await session.call(OUTSIDE, () => "sent")).status).toBe("denied");
  });
});

describe("an edit", () => {
  const edit = { decision: "approve", approver: LEA, args: { to: "bob@out.example", body: "shorter" } } as const;

  it("within `editable` runs with the edited args, called with either", async () => {
    const { gate, session, tool, ran } = await bench();
    await session().call(OUTSIDE, tool());
    const [approval] = await gate.approvals.list();
    expect(await gate.approvals.resolve(approval?.id ?? "", edit)).toEqual({ status: "approved", rules: [] });
    expect((await session().call(OUTSIDE, tool())).status).toBe("completed");
    expect((await session().call({ ...OUTSIDE, args: edit.args }, tool())).status).toBe("completed");
    expect(ran).toEqual([JSON.stringify(edit.args)]);
  });

  it("outside `editable` is ignored", async () => {
    const { gate, session, tool } = await bench();
    await session().call(OUTSIDE, tool());
    const [approval] = await gate.approvals.list();
    const verdict = { ...edit, args: { to: "eve@evil.example", body: "hello" } };
    expect(await gate.approvals.resolve(approval?.id ?? "", verdict)).toEqual({
      status: "ignored",
      rules: ["outside"],
      reason: "`args.to` may not be edited; `args` are all the args that are to run",
    });
  });

  it("that cannot be args denies the call", async () => {
    const { gate, session, tool, ran } = await bench();
    await session().call(OUTSIDE, tool());
    const [approval] = await gate.approvals.list();
    expect((await gate.approvals.resolve(approval?.id ?? "", { ...edit, args: { body: Number.NaN } })).status).toBe("denied");
    expect((await session().call(OUTSIDE, tool())).decision.rules).toEqual(["invalid-args"]);
    expect(ran).toEqual([]);
  });

  it("made where there is no policy is decided by the process that claims", async () => {
    const { store, session, tool, ran, gate } = await bench();
    await session().call(OUTSIDE, tool());
    const [approval] = await gate.approvals.list();
    expect((await openApprovals(store).resolve(approval?.id ?? "", edit)).status).toBe("pending");
    expect((await session().call(OUTSIDE, tool())).status).toBe("completed");
    expect(ran).toEqual([JSON.stringify(edit.args)]);
  });

  it("made where there is no policy is decided on when the app looks, so that it need not call to find out", async () => {
    const { store, session, tool, gate } = await bench();
    await session().call(OUTSIDE, tool());
    const id = (await gate.approvals.list())[0]?.id ?? "";
    await openApprovals(store).resolve(id, edit);
    expect(await openApprovals(store).get(id)).toMatchObject({ status: "pending" });
    expect(await gate.approvals.get(id)).toMatchObject({ status: "approved", call: { args: edit.args } });
    expect(await gate.approvals.list({ status: "pending" })).toEqual([]);
  });

  it("that nobody has decided on yet takes no approval, and one that saw the call before it counts for nothing", async () => {
    const { store, gate, session, tool, ran } = await bench(POLICY.replace("expires: 15m", "quorum: 2, expires: 15m"));
    const max = { id: "max", roles: ["lead"] };
    await session().call(OUTSIDE, tool());
    const [seen] = await gate.approvals.list();
    const id = seen?.id ?? "";
    await openApprovals(store).resolve(id, edit);
    expect((await openApprovals(store).resolve(id, { decision: "approve", approver: max })).status).toBe("ignored");
    expect((await gate.approvals.get(id))?.call.args).toEqual(edit.args);
    expect((await gate.approvals.resolve(id, { decision: "approve", approver: max, digest: seen?.digest ?? "" })).status).toBe("ignored");
    expect((await session().call(OUTSIDE, tool())).status).toBe("pending");
    const digest = (await gate.approvals.get(id))?.digest ?? "";
    expect((await gate.approvals.resolve(id, { decision: "approve", approver: max, digest })).status).toBe("approved");
    expect((await session().call(OUTSIDE, tool())).status).toBe("completed");
    expect(ran).toEqual([JSON.stringify(edit.args)]);
  });

  it("makes earlier verdicts lapse", async () => {
    const { gate, session, tool } = await bench(POLICY.replace("expires: 15m", "quorum: 2, expires: 15m"));
    await session().call(OUTSIDE, tool());
    const [approval] = await gate.approvals.list();
    const id = approval?.id ?? "";
    await gate.approvals.resolve(id, { decision: "approve", approver: { id: "max", roles: ["lead"] } });
    expect(await gate.approvals.resolve(id, edit)).toEqual({ status: "pending", rules: ["outside"] });
    expect(await gate.approvals.resolve(id, { decision: "approve", approver: { id: "max", roles: ["lead"] } })).toEqual({
      status: "approved",
      rules: [],
    });
  });
});
