// a process that appends to a stream of a file that others append to as well, and tells its parent each number that is durable
import { GENESIS, seal } from "../../packages/core/src/ledger/chain.ts";
import { sqliteStore } from "../../packages/sqlite/src/index.ts";

const [file = "", name = "", wanted = "0"] = process.argv.slice(2);
const store = sqliteStore(file);

for (let n = 0; n < Number(wanted);) {
  const records = await store.read("t/shared", 0);
  const entry = { type: "test.noted", state: { name, n }, payload: { text: "x".repeat(2_000) } };
  const record = seal(records.at(-1)?.hash ?? GENESIS, "t/shared", records.length, Date.now(), entry, "5a".repeat(16));
  const batch = { stream: "t/shared", expected: records.length, records: [record] };
  if ((await store.append([batch])) === "appended") process.send?.(n++);
}
await store.close();
process.disconnect?.();
