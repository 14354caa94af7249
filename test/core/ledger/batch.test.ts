import { expect, it } from "vitest";
import { isConflict } from "../../../packages/core/src/ledger/batch.ts";
import { memoryStore } from "../../../packages/core/src/ledger/memory.ts";
import { sealAll } from "../../../packages/core/src/testing.ts";

const records = sealAll(
  "t/s",
  [1, 2, 3].map((n) => ({ type: "test.noted", state: { n } })),
);

it.each([
  ["the first at 2", { stream: "t/s", expected: 2, records }, "record 0 of `t/s` cannot be record 2 of `t/s`"],
  ["the third left out", { stream: "t/s", expected: 0, records: records.toSpliced(1, 1) }, "record 2 of `t/s` cannot be record 1 of `t/s`"],
  ["the second of a batch at 1", { stream: "t/s", expected: 1, records: records.toSpliced(0, 2, ...records.slice(1, 2)) }, undefined],
  ["another stream's", { stream: "t/r", expected: 0, records }, "record 0 of `t/s` cannot be record 0 of `t/r`"],
  [
    "the last repeated",
    { stream: "t/s", expected: 2, records: [...records.slice(2), ...records.slice(2)] },
    "record 2 of `t/s` cannot be record 3 of `t/s`",
  ],
])("records that cannot stand where their batch says: %s", (_, batch, message) => {
  const asked = (): boolean => isConflict([batch], () => batch.expected);
  if (message === undefined) expect(asked()).toBe(false);
  else expect(asked).toThrow(expect.objectContaining({ code: "store-failed", message }));
});

it("a batch that only states a position makes no stream", async () => {
  const store = memoryStore();
  expect(await store.append([{ stream: "t/none", expected: 0, records: [] }])).toBe("appended");
  expect(await store.streams()).toEqual([]);
});
