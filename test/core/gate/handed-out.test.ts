import { expect, it } from "vitest";
import { createGate, loadPolicy, memoryStore, verifyStream, type Batch, type LedgerRecord, type Store } from "@sallyport/core";

// What the gate hands out is shared with what it decides on next; nobody who changes it may change that.

const policy = loadPolicy(`version: 1
name: handed-out
tools:
  read: { effect: read, trust: untrusted, labels: [web] }
  send: { effect: side_effect, destination: none }
  pay: { effect: side_effect, destination: none }
rules:
  - { id: no-send, tools: [send], when: '"web" in session.labels', decide: deny }
  - { id: ok-send, tools: [send], decide: allow }
  - { id: two, tools: [pay], decide: require_approval, approval: { quorum: 2, editable: [args.note] } }
`);
const INIT = { id: "s", principal: { id: "ann" }, agent: { id: "desk" } };
const ARGS = { to: "bob", deep: { n: 1 } };

/** Tries to change all that can be reached; what is frozen stays. */
function scribble(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const member of Object.values(value)) scribble(member);
  for (const key of Object.keys(value)) Reflect.set(value, key, typeof Reflect.get(value, key) === "number" ? 0 : "changed");
  if (Array.isArray(value)) Reflect.set(value, "length", 0);
}

/** A store whose records come back as they do from a file: new, and anybody's to change. */
function written(): Store {
  const store = memoryStore();
  const again = (records: readonly LedgerRecord[]): LedgerRecord[] => structuredClone([...records]);
  return {
    now: () => store.now(),
    append: (batches: readonly Batch[]) => store.append(batches.map((batch) => ({ ...batch, records: again(batch.records) }))),
    read: async (stream, from) => again(await store.read(stream, from)),
    approvals: (query) => store.approvals(query),
    watch: (signal) => store.watch(signal),
  };
}

it("keeps its labels when a decision is changed by whoever gets it", async () => {
  const gate = await createGate({ policy, store: memoryStore() });
  const session = gate.session(INIT);
  scribble((await session.call({ id: "0", tool: "send", args: {} }, () => "sent")).decision);
  scribble((await session.call({ id: "1", tool: "read", args: {} }, () => "text")).decision);
  scribble((await session.call({ id: "2", tool: "send", args: {} }, () => "sent")).decision);
  const denied = await session.call({ id: "3", tool: "send", args: {} }, () => "sent");
  expect(denied).toMatchObject({ status: "denied", decision: { rules: ["no-send"], labels: ["untrusted", "web"] } });
  scribble(await session.call({ id: "2", tool: "send", args: {} }, () => "sent"));
  expect(await session.call({ id: "2", tool: "send", args: {} }, () => "sent")).toMatchObject({ status: "denied" });
});

it("asks for the whole quorum when a decision before was changed", async () => {
  const gate = await createGate({ policy, store: memoryStore() });
  const session = gate.session(INIT);
  scribble(await session.propose({ id: "1", tool: "pay", args: ARGS }));
  const pending = await session.call({ id: "2", tool: "pay", args: ARGS }, () => "paid");
  expect(pending).toMatchObject({ status: "pending", approval: { asked: [{ rule: "two", quorum: 2 }], editable: ["args.note"] } });
});

it("runs the args that were approved when those that were shown are changed", async () => {
  const store = written();
  await (await createGate({ policy, store })).session(INIT).propose({ id: "1", tool: "pay", args: ARGS });
  const gate = await createGate({ policy, store });
  for (const id of ["lea", "max"]) {
    const [approval] = await gate.approvals.list({ status: "pending" });
    const { id: asked = "", digest = "" } = approval ?? {};
    scribble(approval);
    await gate.approvals.resolve(asked, { decision: "approve", approver: { id }, digest });
  }
  const outcome = await gate.session(INIT).call({ id: "1", tool: "pay", args: ARGS }, (args) => JSON.stringify(args));
  expect(outcome).toMatchObject({ status: "completed", result: JSON.stringify(ARGS) });
});

it("keeps a result on record as it was when whoever got it changes it", async () => {
  const store = memoryStore();
  const session = (await createGate({ policy, store })).session(INIT);
  const read = async (): Promise<unknown> => {
    const outcome = await session.call({ id: "1", tool: "read", args: {} }, () => ({ rows: [{ n: 1 }] }));
    return outcome.status === "completed" ? outcome.result : outcome;
  };
  for (let time = 0; time < 3; time++) {
    const result = await read();
    expect(result).toEqual({ rows: [{ n: 1 }] });
    scribble(result);
  }
  for (const { stream } of await store.streams()) expect(verifyStream(stream, await store.read(stream, 0))).toMatchObject({ ok: true });
});
