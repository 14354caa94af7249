import { expect, it } from "vitest";
import { canonical } from "../../../packages/core/src/json/canonical.ts";
import { bench } from "./kit.ts";

it("the records of a call stand in canonical order: they are written out in one go", async () => {
  const { session, store, tool } = await bench();
  await session().call({ id: "c1", tool: "refund", args: { amount: 1 } }, tool("done"));
  const records = await store.read("session//s1", 1);
  expect(records.map(({ type }) => type)).toEqual(["call.proposed", "call.started", "call.completed"]);
  for (const { state, payload = {} } of records)
    expect([state, payload].map((part) => JSON.stringify(part))).toEqual([state, payload].map(canonical));
});

it("a tool that asks gets the same key and signal each time", async () => {
  const { session } = await bench();
  const outcome = await session().call({ id: "c1", tool: "refund", args: { amount: 1 } }, (_, control) => [
    control.idempotencyKey === control.idempotencyKey && /^[0-9a-f]{64}$/.test(control.idempotencyKey),
    control.signal === control.signal && !control.signal.aborted,
    Object.keys({ ...control }),
  ]);
  expect(outcome).toMatchObject({ status: "completed", result: [true, true, ["idempotencyKey", "signal", "inspect"]] });
});
