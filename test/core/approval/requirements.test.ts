import { expect, it } from "vitest";
import { approvalId, bindingDigest } from "../../../packages/core/src/approval/binding.ts";
import { requestEntry } from "../../../packages/core/src/approval/entries.ts";
import { factsOf } from "../../../packages/core/src/approval/facts.ts";
import { askedAt, countsFor, expiryOf, isSame } from "../../../packages/core/src/approval/requirements.ts";
import { canonical } from "../../../packages/core/src/json/canonical.ts";
import { sha256Hex } from "../../../packages/core/src/json/sha256.ts";
import { ARGS, asked, session, waitingApproval } from "./sample.ts";

const pin = { tenant: "t", session: "s", principal: "ann", agent: "desk" };
const facts = factsOf(session(), waitingApproval(), ARGS, 7);

it("keeps the time of what was asked before, under the same text only", () => {
  const before = [asked("outside", { expiresAt: 50 }), asked("night", { expiresAt: 60 })];
  const now = [
    asked("outside", { expires: 10 }),
    asked("night", { expires: 10, digest: "new" }),
    asked("day", { expires: 5 }),
    asked("ever"),
  ];
  const ends = (list: ReturnType<typeof askedAt>) => list.map(({ rule, expiresAt }) => [rule, expiresAt]);
  expect(ends(askedAt(now, 100, before))).toEqual([
    ["outside", 50],
    ["night", 110],
    ["day", 105],
    ["ever", null],
  ]);
  expect(ends(askedAt(now, 100))).toEqual([
    ["outside", 110],
    ["night", 110],
    ["day", 105],
    ["ever", null],
  ]);
});

it("ends with the first that ends", () => {
  expect(expiryOf([])).toBeNull();
  expect(expiryOf([asked("a")])).toBeNull();
  expect(expiryOf([asked("a", { expiresAt: 9 }), asked("b"), asked("c", { expiresAt: 3 })])).toBe(3);
});

it("takes rule and text for what is asked", () => {
  const same = { rule: "a", digest: "1" };
  expect([same, { ...same, rule: "b" }, { ...same, digest: "2" }].map((other) => isSame(same, other))).toEqual([true, false, false]);
});

it.each([
  [undefined, true],
  ['"lead" in approver.roles', true],
  ["approver.id == principal.id", false],
  ["approver.level > 3", false],
  ["approver.roles", false],
  ["external && args.body == 'hello' && now == now", true],
  ["external ||", false],
  ["result == 1", false],
])("`by` %s lets a lead count: %s", (by, counts) => {
  if (facts === undefined) throw new Error("the facts are there");
  const requirement = asked("outside", by === undefined ? {} : { by });
  expect(countsFor([requirement], facts, { id: "lea", roles: ["lead"] })).toEqual(counts ? [requirement] : []);
});

it("binds all that a call is", () => {
  const bound = { pin, call: "c1", tool: "send_email", definition: null, args: ARGS };
  const { tenant, session: id, principal, agent } = pin;
  const digest = sha256Hex(
    canonical({ tenant, session: id, call: "c1", principal, agent, tool: "send_email", definition: null, args: ARGS }),
  );
  expect(bindingDigest(bound)).toBe(digest);
  expect(approvalId("0123456789abcdef0123456789abcdef")).toBe("ap_0123456789abcdef01234567");
});

it("is recorded with all that another process needs", () => {
  const rules = [asked("outside", { by: "true", quorum: 2, editable: [["body"], ["head", "title"]], expiresAt: 9 }), asked("night")];
  const asking = {
    id: "ap_1",
    pin,
    call: "c1",
    tool: "send_email",
    digest: "d1",
    asked: rules,
    reason: "mail",
    args: ARGS,
    facts: {},
    origins: [],
  };
  const entry = requestEntry(asking);
  expect(entry).toEqual({
    type: "approval.requested",
    state: {
      approval: "ap_1",
      tenant: "t",
      principal: "ann",
      agent: "desk",
      session: "s",
      call: "c1",
      tool: "send_email",
      expiresAt: 9,
      asked: [
        { rule: "outside", digest: "digest of outside", quorum: 2, by: "true", editable: ["body", "head.title"], expiresAt: 9 },
        { rule: "night", digest: "digest of night", quorum: 1, by: null, editable: ["body"], expiresAt: null },
      ],
    },
    payload: { args: ARGS, digest: "d1", reason: "mail", facts: {} },
  });
  expect(requestEntry({ ...asking, origins: [{ path: "to" }] }).payload).toEqual({ ...entry.payload, origins: [{ path: "to" }] });
});
