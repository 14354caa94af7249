import { expect, it } from "vitest";
import { sha256Hex } from "../../../packages/core/src/json/sha256.ts";
import { GENESIS, seal, verifyStream } from "../../../packages/core/src/ledger/chain.ts";
import type { LedgerRecord } from "../../../packages/core/src/ledger/record.ts";

const SALT = "5a".repeat(16);
const full = seal(GENESIS, "t/s", 0, 5, { type: "test.noted", state: { n: 1 }, payload: { text: "hi" } }, SALT);
const bare = seal(GENESIS, "t/s", 0, 5, { type: "test.noted", state: { n: 1 } }, SALT);
const { payload, salt, ...erased } = full;
const { salt: _salt, ...unsalted } = full;

it("begins a stream with 64 zeros", () => {
  expect(GENESIS).toBe("0000000000000000000000000000000000000000000000000000000000000000");
});

it.each<[string, LedgerRecord]>([
  ["it belongs to the stream `t/other`", { ...full, stream: "t/other" }],
  ["its position is 7", { ...full, seq: 7 }],
  ["its hash does not fit what it says or the record before", { ...full, at: 6 }],
  ["its hash does not fit what it says or the record before", { ...full, hash: sha256Hex("other") }],
  ["it cannot be read", { ...full, state: { n: Number.NaN } }],
  ["it has a salt and no payload", { ...erased, salt: SALT }],
  ["its payload has no salt or no digest", unsalted],
  ["its payload has no salt or no digest", { ...bare, payload: { text: "hi" }, salt: SALT }],
  ["its payload has no salt or no digest", { ...bare, payload: { text: "hi" } }],
  ["its digest is empty", { ...bare, digest: "" }],
  ["its payload or salt was changed", { ...full, payload: { text: "ho" } }],
  ["its payload or salt was changed", { ...full, salt: "6b".repeat(16) }],
])("says what is wrong with a record: %s", (reason, record) => {
  expect(verifyStream("t/s", [record])).toEqual({ ok: false, seq: 0, reason });
});

it("lets a payload be there or be erased", () => {
  expect([payload, salt]).toEqual([{ text: "hi" }, SALT]);
  for (const record of [full, bare, erased]) {
    expect(verifyStream("t/s", [record])).toEqual({ ok: true, head: { stream: "t/s", length: 1, hash: record.hash } });
  }
});
