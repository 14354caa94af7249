import { describe, expect, it } from "vitest";
import { createGate, loadPolicy, memoryStore, type LedgerRecord, type Session, type Store } from "@sallyport/core";
import { SessionOrigins } from "../../../packages/core/src/session/session-origins.ts";
import { viewOrigins } from "../../../packages/core/src/origin/origin-view.ts";

const KEY = "0123456789abcdef0123456789abcdef";

function isFromUser(origins: SessionOrigins, value: string): boolean {
  return viewOrigins([{ index: origins.index, size: origins.size }]).isFromUser(value);
}

describe("what a session has seen", () => {
  it("is counted at once and found when somebody asks, also what comes between two questions", () => {
    const origins = new SessionOrigins(KEY, 0);
    origins.see({ kind: "user" }, origins.print("ask ann"));
    expect(origins.size).toBe(1);
    expect([isFromUser(origins, "ann"), isFromUser(origins, "bob")]).toEqual([true, false]);
    origins.see({ kind: "user" }, origins.print("ask bob"));
    expect(origins.size).toBe(2);
    expect([isFromUser(origins, "ann"), isFromUser(origins, "bob")]).toEqual([true, true]);
  });

  it("fails whoever asks, every time, where a print cannot be read", () => {
    const origins = new SessionOrigins(KEY, 0);
    origins.see({ kind: "user" }, origins.print("ask ann"));
    origins.see({ kind: "external" }, "!");
    origins.see({ kind: "user" }, origins.print("ask bob"));
    for (let time = 0; time < 3; time++) expect(() => origins.index).toThrow("cannot be read");
    expect(origins.size).toBe(3);
  });

  it("takes in what approvers vouched for when somebody asks, so that a damaged print stops no approval", () => {
    const damaged = new SessionOrigins(KEY, 0);
    damaged.see({ kind: "external" }, "!");
    damaged.endorse("m1");
    expect(() => damaged.index).toThrow("cannot be read");
    const origins = new SessionOrigins(KEY, 0);
    origins.endorse("m1");
    origins.see({ kind: "user" }, origins.print("ask ann"));
    expect([origins.size, isFromUser(origins, "ann")]).toEqual([1, true]);
  });
});

describe("a session with a damaged print", () => {
  const POLICY = loadPolicy(`
version: 1
name: damaged
tools:
  read_mail: { effect: read, trust: untrusted }
  pay: { effect: side_effect, destination: none }
rules:
  - { id: payments, tools: [pay], decide: allow }
  - { id: theirs, tools: [pay], when: from_untrusted(args.to), decide: deny }
`);

  it("denies what depends on it, and nothing else", async () => {
    const store = memoryStore();
    const open = async (on: Store): Promise<Session> =>
      (await createGate({ policy: POLICY, store: on })).session({ id: "s1", principal: { id: "ann" }, agent: { id: "desk" } });
    await (await open(store)).call({ id: "m1", tool: "read_mail", args: {} }, () => "pay eve");
    const resumed = await open(damaging(store));
    const pay = await resumed.call({ id: "p1", tool: "pay", args: { to: "ann" } }, () => "paid");
    expect(pay).toMatchObject({ status: "denied", decision: { rules: ["theirs"], errors: [{ rule: "theirs" }] } });
    expect(await resumed.call({ id: "m2", tool: "read_mail", args: {} }, () => "hi")).toMatchObject({ status: "completed" });
  });
});

/** A store whose file somebody has changed. */
function damaging(store: Store): Store {
  const damaged = (record: LedgerRecord): LedgerRecord =>
    record.type === "call.completed" ? { ...record, state: { ...record.state, print: "!" } } : record;
  return {
    now: () => store.now(),
    append: (batches) => store.append(batches),
    read: async (stream, from) => (await store.read(stream, from)).map(damaged),
    approvals: (query) => store.approvals(query),
    watch: (signal) => store.watch(signal),
  };
}
