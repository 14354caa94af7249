import { describe, expect, it } from "vitest";
import { memoryStore } from "../../../packages/core/src/ledger/memory.ts";
import { batchOf, sealAll, storeSuite } from "../../../packages/core/src/testing.ts";

storeSuite("memoryStore", async (clock) => ({ store: memoryStore({ clock }), close: async () => {} }), { describe, it, expect });

describe("memoryStore", () => {
  it("uses the time of the process where no clock is given", async () => {
    const before = Date.now();
    expect(await memoryStore().now()).toBeGreaterThanOrEqual(before);
  });

  it("does not change when the array it was given does", async () => {
    const store = memoryStore();
    const [first, second] = sealAll("s", [note, note]);
    const records = first === undefined ? [] : [first];
    await store.append([{ stream: "s", expected: 0, records }]);
    if (second !== undefined) records.push(second);
    const read = await store.read("s", 0);
    expect(read).toHaveLength(1);
    await store.append([batchOf([second])]);
    expect(read).toHaveLength(1);
  });
});

const note = { type: "test.noted", state: {} };
