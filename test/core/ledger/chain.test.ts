import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../../packages/core/src/json/sha256.ts";
import { GENESIS, seal, verifyStream } from "../../../packages/core/src/ledger/chain.ts";
import type { LedgerRecord } from "../../../packages/core/src/ledger/record.ts";
import { saltSource } from "../../../packages/core/src/ledger/salt.ts";
import { sealAll } from "../../../packages/core/src/testing.ts";

const entries = [1, 2, 3, 4].map((n) => ({ type: "test.noted", state: { n }, payload: { text: `text ${n}` } }));
const records = sealAll("t/s", entries);
const head = { stream: "t/s", length: 4, hash: records[3]?.hash ?? "" };

describe("seal", () => {
  it("hashes by the formula of LedgerRecord", () => {
    const digest = sha256Hex("ab", '{"text":"hi"}');
    const hash = sha256Hex(GENESIS, '["t/s",0,5,"test",{"a":1,"b":2}]', digest);
    const entry = { type: "test", state: { b: 2, a: 1 }, payload: { text: "hi" } };
    expect(seal(GENESIS, "t/s", 0, 5, entry, "ab")).toEqual({ ...entry, stream: "t/s", seq: 0, at: 5, salt: "ab", digest, hash });
    const bare = seal(hash, "t/s", 1, 6, { type: "bare", state: {} }, "cd");
    expect(bare).toEqual({ stream: "t/s", seq: 1, at: 6, type: "bare", state: {}, hash: sha256Hex(hash, '["t/s",1,6,"bare",{}]') });
  });
});

describe("verifyStream", () => {
  it("accepts what was sealed, with the head or one of before, and a stream that is empty", () => {
    expect(verifyStream("t/s", records)).toEqual({ ok: true, head });
    expect(verifyStream("t/s", records, head)).toEqual({ ok: true, head });
    expect(verifyStream("t/s", records, { stream: "t/s", length: 2, hash: records[1]?.hash ?? "" })).toEqual({ ok: true, head });
    expect(verifyStream("t/s", [])).toEqual({ ok: true, head: { stream: "t/s", length: 0, hash: GENESIS } });
  });

  it("accepts erased payloads", () => {
    expect(verifyStream("t/s", records.map(erased), head)).toEqual({ ok: true, head });
  });

  it.each<[string, (record: LedgerRecord) => LedgerRecord]>([
    ["state", (record) => ({ ...record, state: { n: 9 } })],
    ["payload", (record) => ({ ...record, payload: { text: "other" } })],
    ["salt", (record) => ({ ...record, salt: "6b".repeat(16) })],
    ["digest", (record) => ({ ...record, digest: sha256Hex("other") })],
    ["digest of an erased payload", (record) => ({ ...erased(record), digest: sha256Hex("other") })],
    ["payload without its salt", ({ salt: _salt, ...record }) => record],
    ["payload without its digest", ({ digest: _digest, ...record }) => record],
    ["salt of an erased payload", (record) => ({ ...erased(record), salt: "6b".repeat(16) })],
    ["hash", (record) => ({ ...record, hash: sha256Hex("other") })],
    ["at", (record) => ({ ...record, at: record.at + 1 })],
    ["type", (record) => ({ ...record, type: "test.other" })],
    ["seq", (record) => ({ ...record, seq: record.seq + 1 })],
    ["stream", (record) => ({ ...record, stream: "t/other" })],
  ])("names the record whose %s was changed", (_, change) => {
    for (const at of records.keys()) {
      const changed = records.map((record, seq) => (seq === at ? change(record) : record));
      expect(verifyStream("t/s", changed, head)).toEqual({ ok: false, seq: at, reason: expect.any(String) });
    }
  });

  it("names where records were dropped, moved, added or sealed anew", () => {
    const [first, second, third, fourth] = records;
    const order = (...parts: (LedgerRecord | undefined)[]): unknown =>
      verifyStream(
        "t/s",
        parts.flatMap((part) => part ?? []),
        head,
      );
    expect(order(second, third, fourth)).toMatchObject({ ok: false, seq: 0 });
    expect(order(first, third, fourth)).toMatchObject({ ok: false, seq: 1 });
    expect(order(first, third, second, fourth)).toMatchObject({ ok: false, seq: 1 });
    expect(order(first, first, second, third)).toMatchObject({ ok: false, seq: 1 });
    expect(order(first, second)).toMatchObject({ ok: false, seq: 2, reason: "the end is cut: 4 records were there, 2 are" });
    expect(order()).toMatchObject({ ok: false, seq: 0 });
    const anew = sealAll("t/s", [...entries.slice(0, 2), { type: "test.forged", state: {} }, ...entries.slice(2)]);
    expect(verifyStream("t/s", anew)).toMatchObject({ ok: true });
    expect(verifyStream("t/s", anew, head)).toMatchObject({ ok: false, seq: 3, reason: "its hash is not the one of the head" });
    expect(verifyStream("t/other", records)).toMatchObject({ ok: false, seq: 0 });
  });

  it("shows any change of any character", () => {
    const text = JSON.stringify(records);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom("0", "1", "a", "b", "_"), (at, mark) => {
        const changed = text.slice(0, at) + mark + text.slice(at + 1);
        fc.pre(changed !== text && isJson(changed));
        expect(verifyStream("t/s", JSON.parse(changed), head).ok).toBe(sameMeaning(changed));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("saltSource", () => {
  it("gives 16 bytes, never the same twice", () => {
    const next = saltSource();
    const salts = Array.from({ length: 1000 }, next);
    expect(new Set(salts).size).toBe(1000);
    for (const salt of salts) expect(salt).toMatch(/^[0-9a-f]{32}$/);
  });
});

function erased({ payload: _payload, salt: _salt, ...record }: LedgerRecord): LedgerRecord {
  return record;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function sameMeaning(text: string): boolean {
  return JSON.stringify(JSON.parse(text)) === JSON.stringify(records);
}
