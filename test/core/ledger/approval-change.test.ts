import { expect, it } from "vitest";
import { approvalChange } from "../../../packages/core/src/ledger/approval-change.ts";
import { GENESIS, seal } from "../../../packages/core/src/ledger/chain.ts";
import type { JsonObject } from "../../../packages/core/src/value.ts";

it.each<[string, JsonObject, unknown]>([
  [
    "approval.requested",
    { approval: "a1", tenant: "t", principal: "ann", expiresAt: 5 },
    { kind: "opens", id: "a1", tenant: "t", principal: "ann", expiresAt: 5 },
  ],
  ["approval.requested", { approval: "a1" }, { kind: "opens", id: "a1", tenant: "", principal: "", expiresAt: null }],
  [
    "approval.requested",
    { approval: "a1", tenant: 3, principal: null, expiresAt: "5" },
    { kind: "opens", id: "a1", tenant: "", principal: "", expiresAt: null },
  ],
  ["approval.settled", { approval: "a1", tenant: "t" }, { kind: "closes", id: "a1" }],
  ["approval.verdict", { approval: "a1" }, undefined],
  ["approval.requested", { approval: 7 }, undefined],
  ["approval.requested", {}, undefined],
  ["approval.settled", { approval: null }, undefined],
])("%s %j does to the index: %j", (type, state, change) => {
  expect(approvalChange(seal(GENESIS, "t/s", 0, 0, { type, state }, ""))).toEqual(change);
});
