import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { canonical, type LedgerRecord, SallyportError } from "../../packages/core/src/index.ts";
import { sqliteStore } from "../../packages/sqlite/src/index.ts";
import { appOf } from "../cli/app.ts";
import { asPerson, folderOf } from "../cli/run.ts";
import { runs, within } from "../runs.ts";
import { watchdog } from "./watchdog.ts";

const dog = watchdog("`sallyport ledger` over a changed file");
const COLUMNS = ["stream", "seq", "at", "type", "state", "payload", "salt", "digest", "hash"];
const VALUES = [
  "",
  "null",
  "[]",
  "1",
  "{}",
  '"x"',
  "{",
  '{"call":1}',
  '{"__proto__":{}}',
  '{"a":1e999}',
  "x",
  "\\",
  "\\u0000",
  "session//s1",
  "call.started",
  "approval.verdict",
];

describe("the file of a store that somebody else wrote into", () => {
  const folder = folderOf({});
  const [sound, changed] = [join(folder, "sound.db"), join(folder, "changed.db")];
  let records: ReadonlyMap<string, string> = new Map();
  beforeAll(async () => {
    const app = await appOf();
    await app.call("c1", "crm.get", { id: 1 }, { id: 1, ssn: "x" });
    await app.call("c2", "note", { size: 50, flag: true });
    await app.call("c3", "refund", { amount: 10 });
    const outcome = await app.call("c4", "send_email", { to: "eve@evil.example", body: "hi" });
    if (outcome.status === "pending")
      await app.gate.approvals.resolve(outcome.approval.id, { decision: "approve", approver: { id: "lea", roles: ["lead"] } });
    await app.store.close();
    copyFileSync(app.file, sound);
    records = await recordsOf(sound);
    expect(records.size).toBeGreaterThan(9);
  });

  it("in its columns", { timeout: within(30_000) }, async () => {
    const value = fc.oneof(
      fc.constantFrom<string | number | bigint | null>(...VALUES, null, -1, 1.5, 1e300, 8.64e15 + 1, 2n ** 62n),
      fc.string({ unit: "binary", maxLength: 9 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...COLUMNS), fc.nat(), value, async (column, row, put) => {
        copyFileSync(sound, changed);
        const database = new DatabaseSync(changed);
        try {
          database
            .prepare(`UPDATE OR IGNORE record SET ${column} = ? WHERE rowid = (SELECT rowid FROM record ORDER BY rowid LIMIT 1 OFFSET ?)`)
            .run(put, row % records.size);
        } catch {
          // a column may refuse the value
          return;
        } finally {
          database.close();
        }
        await dog.watchAsync(`${column} ${row} ${String(put)}`, check);
      }),
      {
        ...runs(60),
        examples: [
          ["at", 0, 8.64e15 + 1],
          ["state", 1, "null"],
          ["payload", 0, "[]"],
        ],
      },
    );
  });

  it("in its bytes", { timeout: within(30_000) }, async () => {
    const bytes = readFileSync(sound);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }), async (changes) => {
        const other = Buffer.from(bytes);
        for (const [at, byte] of changes) other[at] = byte;
        writeFileSync(changed, other);
        await dog.watchAsync(JSON.stringify(changes), check);
      }),
      runs(60),
    );
  });

  it("in its schema", async () => {
    copyFileSync(sound, changed);
    const database = new DatabaseSync(changed);
    database.exec("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 9999 WHERE name = 'record'");
    database.close();
    await check();
    const opened = (): unknown => sqliteStore(changed);
    expect(opened).toThrow(SallyportError);
  });

  /** Nothing crashes, and what `verify` finds sound is what was written. */
  async function check(): Promise<void> {
    const verified = await asPerson(["ledger", "verify", "--store", changed]);
    const shown = await asPerson(["ledger", "show", "--store", changed]);
    const exported = await asPerson(["ledger", "export", "--store", changed]);
    const approvals = await asPerson(["approvals", "list", "--store", changed]);
    for (const { code, err } of [verified, shown, exported, approvals]) {
      expect([0, 1, 2]).toContain(code);
      expect(err).not.toContain("a fault of sallyport itself");
    }
    if (verified.code !== 0) return;
    const found = await recordsOf(changed);
    for (const [place, text] of found) expect(text).toBe(records.get(place));
  }
});

/** What the records of a file say, by their places. */
async function recordsOf(file: string): Promise<ReadonlyMap<string, string>> {
  const store = sqliteStore(file, { readOnly: true });
  try {
    const streams: LedgerRecord[][] = [];
    for (const { stream } of await store.streams()) streams.push([...(await store.read(stream, 0))]);
    return new Map(
      streams
        .flat()
        .map(({ salt: _salt, payload, ...record }) => [
          `${record.stream} ${record.seq}`,
          canonical([{ ...record }, payload === undefined ? null : (record.digest ?? null)]),
        ]),
    );
  } finally {
    await store.close();
  }
}
