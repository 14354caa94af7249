import { paused } from "@sallyport/core";
import { describe, expect, it } from "vitest";
import { bench, LEA, OUTSIDE } from "./kit.ts";

const EXPORT = { id: "c1", tool: "get_customer", args: { id: 1 } };
const REFUND = { id: "c1", tool: "refund", args: { amount: 80 } };

describe("a call whose tool waits itself", () => {
  it("ends nothing, and runs again from its start when it is called again", async () => {
    const { session, tool, store } = await bench();
    expect(await session().call(EXPORT, () => paused)).toMatchObject({
      status: "unknown",
      reason: expect.stringContaining("waits itself"),
    });
    expect(await session().call(EXPORT, () => paused)).toMatchObject({ status: "unknown" });
    expect(await session().call(EXPORT, tool({ id: 1, name: "Bob", ssn: "1" }))).toMatchObject({
      status: "completed",
      result: { id: 1, name: "Bob" },
    });
    expect(await session().call(EXPORT, () => paused)).toMatchObject({ status: "completed" });
    const records = await store.read((await streamsOf(store))[0] ?? "", 0);
    expect(records.map(({ type }) => type).filter((type) => type.startsWith("call."))).toEqual([
      "call.proposed",
      "call.started",
      "call.paused",
      "call.started",
      "call.paused",
      "call.started",
      "call.completed",
    ]);
  });

  it("goes on in one of many that call it at once, under the same key, and counts once", async () => {
    const { session, ran, tool } = await bench();
    const keys: string[] = [];
    await session().call(REFUND, (_, { idempotencyKey }) => {
      keys.push(idempotencyKey);
      return paused;
    });
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () =>
        session().call(REFUND, async (args, { idempotencyKey }) => {
          keys.push(idempotencyKey);
          return tool()(args);
        }),
      ),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => "completed"));
    expect(ran).toHaveLength(1);
    expect(new Set(keys).size).toBe(1);
    expect(await session().call({ ...REFUND, id: "c2", args: { amount: 20 } }, tool())).toMatchObject({ status: "completed" });
  });

  it("does not go on where the policy no longer lets it, nor with other args", async () => {
    const { session, tool, ran } = await bench();
    await session().call({ ...EXPORT, id: "c0" }, tool({}));
    const mail = { id: "c1", tool: "send_email", args: { to: "ann@example.com", body: "x" } };
    await session().call(mail, () => paused);
    expect((await session().call({ ...mail, args: { ...mail.args, body: "y" } }, tool())).decision.rules).toEqual(["call-id-reused"]);
    expect(ran).toHaveLength(1);
  });
});

describe("standing", () => {
  it("says how a call stands by its id alone, and notes a resume that nobody approved", async () => {
    const { session, gate, tool, ran } = await bench();
    expect(await session().standing("c1")).toBeUndefined();
    await session().call(OUTSIDE, tool());
    expect(await session().standing("c1")).toMatchObject({ status: "pending", approval: { status: "pending", call: { id: "c1" } } });
    expect(await session().standing("c1", { resumed: true })).toMatchObject({ status: "deny", approval: { status: "pending" } });
    const [approval] = await gate.approvals.list();
    await gate.approvals.resolve(approval?.id ?? "", { decision: "approve", approver: LEA });
    expect(await session().standing("c1", { resumed: true })).toMatchObject({ status: "allow" });
    expect(ran).toEqual([]);
  });

  it("tells a stranger nothing", async () => {
    const { session, tool } = await bench();
    await session().call(OUTSIDE, tool());
    expect(await session({ principal: { id: "eve" } }).standing("c1")).toBeUndefined();
    expect(await session({ principal: { id: "eve" } }).lastOf(["c1"])).toBeUndefined();
  });

  it("says under which of several ids a call was proposed last", async () => {
    const { session, tool } = await bench();
    for (const id of ["b", "a"]) await session().call({ ...OUTSIDE, id }, tool());
    expect(await session().lastOf(["x", "a", "b"])).toBe("a");
    expect(await session().lastOf(["x"])).toBeUndefined();
  });
});

describe("note", () => {
  it("records what was seen, and decides nothing", async () => {
    const { session, store } = await bench();
    await session().note({ tool: "x", event: "blocked", call: "c1" });
    const records = await store.read((await streamsOf(store))[0] ?? "", 0);
    expect(records.at(-1)).toMatchObject({ type: "tool.seen", state: { tool: "x", event: "blocked", call: "c1" } });
    await expect(session({ principal: { id: "eve" } }).note({ tool: "x", event: "started" })).rejects.toThrow("another principal");
  });
});

async function streamsOf(store: object): Promise<readonly string[]> {
  const streams: unknown = Reflect.get(store, "streams");
  if (typeof streams !== "function") return [];
  const listed: readonly { readonly stream: string }[] = await Reflect.apply(streams, store, []);
  return listed.map(({ stream }) => stream).filter((stream) => stream.includes("s1"));
}
