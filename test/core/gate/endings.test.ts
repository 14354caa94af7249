import { describe, expect, it } from "vitest";
import { createGate, loadPolicy, memoryStore } from "@sallyport/core";
import { bench, LEA } from "./kit.ts";

/** A policy with a few lines of its own. */
const policyOf = (rest: string) => `version: 1\nname: endings\n${rest}`;

describe("an idempotent call that is tried again", () => {
  const RETRY = policyOf(`
tools: { charge: { effect: side_effect, destination: none, idempotent: true } }
rules: [{ id: ask, tools: [charge], decide: require_approval, approval: { expires: 15m } }]
limits: [{ id: cap, tools: [charge], per: principal.id, window: 30d, amount: args.amount, max: 100, decide: deny }]
`);
  const CHARGE = { id: "c1", tool: "charge", args: { amount: 80 } };

  const dead = async () => {
    const made = await bench(RETRY);
    await made.session().call(CHARGE, made.tool());
    const [approval] = await made.gate.approvals.list();
    await made.gate.approvals.resolve(approval?.id ?? "", { decision: "approve", approver: LEA });
    void made.session().call(CHARGE, () => new Promise<never>(() => undefined));
    await new Promise((resolve) => setTimeout(resolve, 20));
    return made;
  };

  it("is not in its own way at a limit", async () => {
    const { session, tool, clock, ran } = await dead();
    clock.now += 61_000;
    expect((await session().call(CHARGE, tool())).status).toBe("completed");
    expect(ran).toHaveLength(1);
  });

  it("counts again what no longer counts", async () => {
    const made = await bench(
      policyOf(`
tools: { charge: { effect: side_effect, destination: none, idempotent: true } }
rules: [{ id: ok, tools: [charge], decide: allow }]
limits: [{ id: cap, tools: [charge], per: principal.id, window: 24h, amount: args.amount, max: 100, decide: deny }]
`),
    );
    void made.session().call(CHARGE, () => new Promise<never>(() => undefined));
    await new Promise((resolve) => setTimeout(resolve, 20));
    made.clock.now += 25 * 3_600_000;
    expect((await made.session().call({ id: "c2", tool: "charge", args: { amount: 100 } }, made.tool())).status).toBe("completed");
    expect((await made.session().call(CHARGE, made.tool())).status).toBe("unknown");
    made.clock.now += 25 * 3_600_000;
    expect((await made.session().call(CHARGE, made.tool())).status).toBe("completed");
    expect((await made.session().call({ id: "c3", tool: "charge", args: { amount: 30 } }, made.tool())).status).toBe("denied");
  });

  it("is not tried after its approval has expired", async () => {
    const { session, tool, clock, ran } = await dead();
    clock.now += 30 * 86_400_000;
    expect((await session().call(CHARGE, tool())).status).toBe("unknown");
    expect(ran).toEqual([]);
  });
});

describe("a result", () => {
  const KEEP = policyOf(`
tools: { get: { effect: read } }
rules: [{ id: k, on: result, tools: [get], keep: [id, invoice.total] }]
`);
  const take = async (value: unknown) => {
    const { session, store } = await bench(KEEP);
    const outcome = await session().call({ id: "c1", tool: "get", args: {} }, () => {
      if (value instanceof Error) throw value;
      return value;
    });
    return { outcome, records: await store.read("session//s1", 0) };
  };

  it.each<readonly [string, unknown]>([
    ["a key that stands twice", '{"id":1,"invoice":{"total":1,"iban":"SECRET"},"invoice":{"total":1}}'],
    ["an envelope's `isError`", { content: [{ type: "text", text: '{"id":1}' }], isError: "SECRET" }],
    ["a Map", new Map([["ssn", "SECRET"]])],
    ["what `toJSON` hides", { id: 1, toJSON: () => ({ id: 1 }), ssn: "SECRET" }],
    ["what an error carries", Object.assign(new Error('{"id":1}'), { data: "SECRET", cause: "SECRET" })],
    ["text with more in it", '{"id":1, "note":"SECRET"}'],
  ])("does not leak through %s", async (_name, value) => {
    const { outcome } = await take(value);
    const shown = outcome.status === "completed" ? outcome.result : outcome.status === "failed" ? outcome.error : outcome;
    expect(JSON.stringify(shown, Object.getOwnPropertyNames(Object(shown)))).not.toContain("SECRET");
    expect(String(shown)).not.toContain("SECRET");
    expect(shown instanceof Map).toBe(false);
  });

  it.each<readonly [string, unknown]>([
    ["a number that is not finite", '{"id":1,"x":1e999}'],
    ["text nested without end", `${'{"id":'.repeat(5_000)}1${"}".repeat(5_000)}`],
    ["an error whose message is none", Object.defineProperty(new Error("x"), "message", { value: 5 })],
    [
      "an error that throws when it is looked at",
      Object.defineProperty(new Error("x"), "message", {
        get: () => {
          throw new Error("y");
        },
      }),
    ],
  ])("that cannot be inspected ends the call all the same, and is withheld: %s", async (_name, value) => {
    const { outcome, records } = await take(value);
    expect(["completed", "failed"]).toContain(outcome.status);
    expect(records.at(-1)?.type).toMatch(/^call\.(completed|failed)$/);
    expect(records.at(-1)?.state["decision"]).toBe("deny");
  });

  it("is changed by no shadow rule, and by none that only labels", async () => {
    const { session } = await bench(
      policyOf(`
tools: { img: { effect: read } }
rules:
  - { id: s, on: result, tools: [img], decide: deny, mode: shadow }
  - { id: l, on: result, tools: [img], labels: [seen] }
`),
    );
    const bytes = new Uint8Array([1, 2]);
    expect(await session().call({ id: "c1", tool: "img", args: {} }, () => bytes)).toMatchObject({ status: "completed", result: bytes });
  });

  it("is recorded and withheld where the policy cannot be had when it comes", async () => {
    let gone = false;
    const policy = loadPolicy(KEEP);
    const store = memoryStore();
    const gate = await createGate({
      policy: () => {
        if (gone) throw new Error("gone");
        return policy;
      },
      store,
    });
    const outcome = await gate
      .session({ id: "s1", principal: { id: "ann" }, agent: { id: "desk" } })
      .call({ id: "c1", tool: "get", args: {} }, () => {
        gone = true;
        return { id: 1 };
      });
    expect(outcome).toMatchObject({ status: "completed", result: "result withheld by policy (error:policy)" });
    expect((await store.read("session//s1", 0)).at(-1)).toMatchObject({
      type: "call.completed",
      state: { decision: "deny", rules: ["error:policy"] },
    });
  });
});
