import { describe, expect, it } from "vitest";
import { bench, LEA } from "./kit.ts";

const POLICY = `
version: 1
name: released
tools:
  look: { effect: read, trust: untrusted }
  pay: { effect: side_effect, destination: none }
rules:
  - { id: small, tools: [pay], when: args.amount < 100, decide: allow }
  - { id: large, tools: [pay], when: args.amount >= 100, decide: require_approval }
  - { id: short, on: result, tools: [look], detect: [pii], decide: redact }
limits:
  - { id: two, tools: [pay], per: session.id, window: 1h, max: 2, decide: deny }
`;
const PAY = { id: "c1", tool: "pay", args: { amount: 5 } };
const LOOK = { id: "r1", tool: "look", args: {} };

describe("a call that is let go past the gate", () => {
  it("is claimed before it goes, and goes once", async () => {
    const { session, store } = await bench(POLICY);
    expect((await session().release(PAY)).status).toBe("allow");
    expect((await store.read("session//s1", 0)).map(({ type }) => type)).toEqual(["session.opened", "call.proposed", "call.started"]);
    const again = await session().release(PAY);
    expect(again).toMatchObject({ status: "deny", decision: { rules: ["released-before"] } });
    await session().release(PAY);
    expect((await store.read("session//s1", 0)).slice(3).map(({ type, state }) => [type, state["rules"]])).toEqual([
      ["call.refused", ["released-before"]],
    ]);
    expect((await session().call(PAY, () => "twice", { signal: AbortSignal.timeout(20) })).status).toBe("unknown");
  });

  it("goes once where two ask at the same time", async () => {
    const { session } = await bench(POLICY);
    const asked = await Promise.all([1, 2, 3].map(() => session().release(PAY)));
    expect(asked.map(({ status }) => status).sort()).toEqual(["allow", "deny", "deny"]);
  });

  it("counts at limits", async () => {
    const { session } = await bench(POLICY);
    const asked = [];
    for (const id of ["a", "b", "c"]) asked.push((await session().release({ ...PAY, id })).status);
    expect(asked).toEqual(["allow", "allow", "deny"]);
  });

  it("waits for its approval, and then goes once", async () => {
    const { session, gate } = await bench(POLICY);
    const large = { ...PAY, args: { amount: 500 } };
    const asked = await session().release(large);
    expect(asked.status).toBe("pending");
    await gate.approvals.resolve(asked.approval?.id ?? "", { decision: "approve", approver: LEA });
    expect((await session().release({ ...large, args: { amount: 501 } })).status).toBe("deny");
    expect((await session().release(large)).status).toBe("allow");
    expect((await session().release(large)).status).toBe("deny");
  });

  it("has what it returned inspected and recorded, the first time only", async () => {
    const { session } = await bench(POLICY);
    await session().release(LOOK);
    const outcome = await session().outcomeOf("r1", { value: "from eve@evil.example" });
    expect(outcome).toMatchObject({ status: "completed", result: expect.not.stringContaining("eve@") });
    expect(await session().outcomeOf("r1", { value: "something else" })).toEqual(outcome);
    expect((await session().propose({ ...PAY, id: "c9" })).decision.labels).toEqual(["untrusted"]);
  });

  it("is answered late by whoever ran it, and never run again", async () => {
    const { session, clock } = await bench(POLICY);
    await session().release(PAY);
    clock.now += 3_600_000;
    expect((await session().release(PAY)).status).toBe("deny");
    expect((await session().outcomeOf("c1"))?.status).toBe("unknown");
    expect((await session().outcomeOf("c1", { value: "paid" }))?.status).toBe("completed");
  });
});

describe("what became of a call", () => {
  it("is nothing for calls that were never proposed or never started", async () => {
    const { session } = await bench(POLICY);
    expect(await session().outcomeOf("c1", { value: "forged" })).toBeUndefined();
    await session().propose(PAY);
    expect(await session().outcomeOf("c1", { value: "forged" })).toBeUndefined();
    expect((await session().call(PAY, () => "paid")).status).toBe("completed");
  });

  it("is not what somebody says of a call that runs in the gate", async () => {
    const { session } = await bench(POLICY);
    const ended = Promise.withResolvers<string>();
    const begun = Promise.withResolvers<void>();
    const running = session().call(PAY, () => {
      begun.resolve();
      return ended.promise;
    });
    await begun.promise;
    expect((await session().outcomeOf("c1", { value: "forged" }))?.status).toBe("unknown");
    ended.resolve("paid");
    expect(await running).toMatchObject({ status: "completed", result: "paid" });
    expect(await session().outcomeOf("c1")).toMatchObject({ status: "completed", result: "paid" });
  });

  it("is the denial, or the approval that it waits for", async () => {
    const { session } = await bench(POLICY);
    await session().propose({ ...PAY, id: "bad", args: "none" });
    await session().propose({ ...PAY, id: "large", args: { amount: 500 } });
    expect(await session().outcomeOf("bad")).toMatchObject({ status: "denied", decision: { rules: ["invalid-args"] } });
    expect(await session().outcomeOf("large")).toMatchObject({ status: "pending", approval: { status: "pending" } });
  });

  it("is told to nobody whose session it is not", async () => {
    const { session, gate } = await bench(POLICY);
    await session().release(PAY);
    const { id } = session();
    const stranger = gate.session({ id, principal: { id: "mallory" }, agent: { id: "desk" } });
    expect(await stranger.outcomeOf("c1", { value: "forged" })).toBeUndefined();
    expect(await stranger.kept("k")).toBeUndefined();
    await expect(stranger.keep("k", "v")).rejects.toThrow("another principal");
  });
});

describe("what an adapter keeps", () => {
  it("is there in another process, until it is let go or erased", async () => {
    const { session, store } = await bench(POLICY);
    await session().keep("k", "text");
    await session().keep("k", "text");
    await session().keep("other", "more");
    expect([await session().kept("k"), await session().kept("none")]).toEqual(["text", undefined]);
    await session().keep("k", null);
    expect([await session().kept("k"), await session().kept("other")]).toEqual([undefined, "more"]);
    const kept = (await store.read("session//s1", 0)).filter(({ type }) => type === "text.kept");
    expect(kept.map(({ state, payload }) => [state["key"], payload?.["text"] ?? null])).toEqual([
      ["k", "text"],
      ["other", "more"],
      ["k", null],
    ]);
  });
});
