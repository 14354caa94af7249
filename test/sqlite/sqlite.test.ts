import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { batchOf, sealAll, sharedStoreSuite } from "../../packages/core/src/testing.ts";
import { verifyStream } from "../../packages/core/src/ledger/chain.ts";
import { sqliteStore } from "../../packages/sqlite/src/index.ts";
import { freshFile } from "./files.ts";

sharedStoreSuite(
  "sqliteStore",
  async (clock) => {
    const file = freshFile();
    const store = sqliteStore(file, { clock });
    const reopen = async () => {
      const other = sqliteStore(file, { clock });
      return { store: other, close: () => other.close() };
    };
    return { store, reopen, close: () => store.close() };
  },
  { describe, it, expect },
);

const secret = "correct horse battery staple ";
const records = sealAll("t/s", [
  { type: "test.noted", state: { n: 1 }, payload: { text: secret.repeat(500) } },
  { type: "test.noted", state: { n: 2 }, payload: { text: secret } },
]);

describe("the file of a sqliteStore", () => {
  it("is its user's alone", async () => {
    const file = freshFile();
    const store = sqliteStore(file);
    await store.append([batchOf(records)]);
    for (const name of readdirSync(dirname(file))) expect(statSync(join(dirname(file), name)).mode & 0o777).toBe(0o600);
    await store.close();
    expect(readdirSync(dirname(file))).toEqual([basename(file)]);
  });

  it("holds nothing of what was erased, in none of its parts", async () => {
    const file = freshFile();
    const store = sqliteStore(file);
    await store.append([batchOf(records)]);
    const holders = (): readonly string[] =>
      readdirSync(dirname(file)).filter((name) => readFileSync(join(dirname(file), name)).includes("battery staple"));
    expect(holders()).not.toEqual([]);
    expect(await store.erase("t/s")).toBe(2);
    expect(holders()).toEqual([]);
    await store.close();
  });

  it.each([
    ["a folder", (file: string) => dirname(file), "is a folder"],
    ["in a folder that is not there", (file: string) => join(dirname(file), "none", "app.db"), "its folder is not there"],
    ["no database", (file: string) => write(file, "plain text ".repeat(500)), "is not a SQLite database"],
    ["of another program", (file: string) => execute(file, "CREATE TABLE note (text)"), "is a database of another program"],
    ["of a newer version", (file: string) => execute(file, "PRAGMA user_version = 9", sqliteStore), "has version 9"],
    ["held in memory", () => ":memory:", "memoryStore"],
  ])("is refused where it is %s", async (_, make, message) => {
    const file = make(freshFile());
    expect(() => sqliteStore(file)).toThrow(expect.objectContaining({ code: "store-failed", message: expect.stringContaining(message) }));
    expect(() => sqliteStore(file)).toThrow(`\`${file}\``);
  });

  it("is made of a file that is empty", async () => {
    const store = sqliteStore(write(freshFile(), ""));
    expect(await store.append([batchOf(records)])).toBe("appended");
    await store.close();
  });

  it("names the record that somebody made unreadable, and shows what else was changed in the chain", async () => {
    const file = freshFile();
    const store = sqliteStore(file);
    await store.append([batchOf(records)]);
    execute(file, `UPDATE record SET state = '{"n":3}' WHERE seq = 1`);
    expect(verifyStream("t/s", await store.read("t/s", 0))).toMatchObject({ ok: false, seq: 1 });
    execute(file, "DELETE FROM record WHERE seq = 1");
    const [head] = await store.streams();
    expect(verifyStream("t/s", await store.read("t/s", 0), head)).toMatchObject({
      ok: false,
      seq: 1,
      reason: expect.stringContaining("cut"),
    });
    execute(file, "UPDATE record SET state = '{' WHERE seq = 0");
    await expect(store.read("t/s", 0)).rejects.toThrow("record 0 of `t/s`");
    await store.close();
  });
});

describe("a sqliteStore that only reads", () => {
  it("sees what others write, and writes nothing", async () => {
    const file = freshFile();
    expect(() => sqliteStore(file, { readOnly: true })).toThrow("is not there");
    const store = sqliteStore(file);
    const reader = sqliteStore(file, { readOnly: true });
    const stop = new AbortController();
    const grown = reader.watch(stop.signal)[Symbol.asyncIterator]();
    await store.append([batchOf(records)]);
    expect(await reader.read("t/s", 0)).toEqual(records);
    expect((await grown.next()).value).toBe("t/s");
    await expect(reader.append([batchOf(records)])).rejects.toThrow("was opened for reading only");
    await expect(reader.erase("t/s")).rejects.toThrow("was opened for reading only");
    await reader.close();
    expect((await grown.next()).done).toBe(true);
    await store.close();
  });
});

describe("closing a sqliteStore", () => {
  it("waits for what is being written, and refuses the rest", async () => {
    const file = freshFile();
    const store = sqliteStore(file);
    const appended = store.append([batchOf(records)]);
    await store.close();
    await store.close();
    expect(await appended).toBe("appended");
    await expect(store.read("t/s", 0)).rejects.toThrow("was closed");
    await expect(store.append([batchOf(records)])).rejects.toThrow("was closed");
    const again = sqliteStore(file);
    expect(await again.read("t/s", 0)).toEqual(records);
    await again.close();
  });
});

function write(file: string, text: string): string {
  writeFileSync(file, text);
  return file;
}

function execute(file: string, sql: string, make?: (file: string) => { close(): Promise<void> }): string {
  void make?.(file).close();
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
  return file;
}
