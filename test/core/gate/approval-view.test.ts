import { openApprovals, type Approval } from "@sallyport/core";
import { expect, it } from "vitest";
import { bench, LEA, OUTSIDE, POLICY } from "./kit.ts";

const KIM = { id: "kim", roles: ["lead"] };
const TWO = POLICY.replace("expires: 15m", "quorum: 2, expires: 15m");

it("shows all that an approver has to know", async () => {
  const { gate, session, tool, clock } = await bench();
  await session().call(OUTSIDE, tool());
  const [approval] = await gate.approvals.list();
  expect(approval).toStrictEqual({
    id: expect.stringMatching(/^ap_[0-9a-f]{24}$/u),
    status: "pending",
    session: "s1",
    tenant: "",
    principal: "ann",
    agent: "desk",
    call: { id: "c1", tool: "send_email", args: OUTSIDE.args },
    digest: expect.stringMatching(/^[0-9a-f]{64}$/u),
    rules: ["outside"],
    reason: "rule `outside` requires an approval",
    asked: [{ rule: "outside", by: '"lead" in approver.roles && approver.id != principal.id', quorum: 1, approvers: [] }],
    edited: false,
    editable: ["args.body"],
    origins: [
      { path: "to", says: "`to` bob@out.example was seen nowhere", seen: [] },
      { path: "body", says: "`body` hello was seen nowhere", seen: [] },
    ],
    requestedAt: new Date(clock.now).toISOString(),
    expiresAt: new Date(clock.now + 900_000).toISOString(),
  } satisfies Record<keyof Omit<Approval, "refusal" | "denial" | "edit">, unknown>);
  expect(await gate.approvals.get("ap_none")).toBeUndefined();
});

it("shows who has approved, who denied it and why, and what the model reads then", async () => {
  const { gate, session, tool } = await bench(TWO);
  await session().call(OUTSIDE, tool());
  const id = (await gate.approvals.list())[0]?.id ?? "";
  await gate.approvals.resolve(id, { decision: "approve", approver: KIM });
  expect(await gate.approvals.get(id)).toMatchObject({ status: "pending", rules: ["outside"], asked: [{ approvers: ["kim"] }] });
  await gate.approvals.resolve(id, { decision: "deny", approver: LEA, reason: "not him" });
  expect(await gate.approvals.get(id)).toMatchObject({
    status: "denied",
    refusal: "not him",
    denial: { reason: "`lea` denied it: not him", rules: ["outside"], errors: [] },
  });
});

it("shows an expired one as such, approved or not, and says why", async () => {
  for (const approves of [false, true]) {
    const { gate, session, tool, clock } = await bench();
    await session().call(OUTSIDE, tool());
    const id = (await gate.approvals.list())[0]?.id ?? "";
    if (approves) await gate.approvals.resolve(id, { decision: "approve", approver: LEA });
    clock.now += 900_000 - 1;
    expect((await gate.approvals.get(id))?.status).toBe(approves ? "approved" : "pending");
    clock.now += 1;
    expect(await gate.approvals.get(id)).toMatchObject({
      status: "expired",
      denial: { reason: "the approval expired", rules: ["outside"] },
    });
  }
});

it("one that was used does not expire", async () => {
  const { gate, session, tool, clock } = await bench();
  await session().call(OUTSIDE, tool());
  const id = (await gate.approvals.list())[0]?.id ?? "";
  await gate.approvals.resolve(id, { decision: "approve", approver: LEA });
  await session().call(OUTSIDE, tool());
  clock.now += 1_000_000;
  const used = await gate.approvals.get(id);
  expect([used?.status, used?.denial]).toEqual(["approved", undefined]);
});

it("shows an edit that nobody has decided on, and that the call was edited", async () => {
  const { gate, store, session, tool } = await bench(TWO);
  await session().call(OUTSIDE, tool());
  const id = (await gate.approvals.list())[0]?.id ?? "";
  const args = { ...OUTSIDE.args, body: "shorter" };
  const outside = openApprovals(store);
  expect(await outside.resolve(id, { decision: "approve", approver: LEA, args })).toEqual({ status: "pending", rules: ["outside"] });
  expect(await outside.get(id)).toMatchObject({ edit: { args, approver: "lea" }, edited: false, call: { args: OUTSIDE.args } });
  const decided = await gate.approvals.get(id);
  expect(decided).toMatchObject({ edited: true, call: { args }, asked: [{ approvers: ["lea"] }] });
  expect(decided).not.toHaveProperty("edit");
});

it("lists by status, tenant and principal", async () => {
  const { gate, session, tool, clock } = await bench();
  await session().call(OUTSIDE, tool());
  await session({ id: "s2", principal: { id: "bob", tenant: "t2" } }).call({ ...OUTSIDE, id: "c2" }, tool());
  const listed = async (query?: Parameters<typeof gate.approvals.list>[0]) => (await gate.approvals.list(query)).map(({ call }) => call.id);
  expect(await listed()).toEqual(["c1", "c2"]);
  expect([await listed({ tenant: "t2" }), await listed({ principal: "ann" }), await listed({ principal: "ann", tenant: "t2" })]).toEqual([
    ["c2"],
    ["c1"],
    [],
  ]);
  await gate.approvals.resolve((await gate.approvals.list())[0]?.id ?? "", { decision: "deny", approver: LEA });
  expect([await listed({ status: "pending" }), await listed()]).toEqual([["c2"], ["c1", "c2"]]);
  clock.now += 900_000;
  expect([await listed({ status: "pending" }), await listed()]).toEqual([[], ["c1", "c2"]]);
});

it("watches what is asked for and what changes from now on", async () => {
  const { gate, session, tool } = await bench();
  await session().call(OUTSIDE, tool());
  const stop = new AbortController();
  const seen: (readonly [string, string])[] = [];
  const watching = (async () => {
    for await (const { call, status } of gate.approvals.watch(stop.signal)) {
      seen.push([call.id, status]);
      if (seen.length === 2) stop.abort();
    }
  })();
  await new Promise((resolve) => setTimeout(resolve, 5));
  await session().call({ id: "r", tool: "export", args: {} }, tool());
  await session().call({ ...OUTSIDE, id: "c2" }, tool());
  await new Promise((resolve) => setTimeout(resolve, 5));
  await gate.approvals.resolve((await gate.approvals.list())[0]?.id ?? "", { decision: "deny", approver: LEA });
  await watching;
  expect(seen).toEqual([
    ["c2", "pending"],
    ["c1", "denied"],
  ]);
});
