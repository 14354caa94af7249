import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { batchOf, sealAll } from "../../packages/core/src/testing.ts";
import { SqliteStore } from "../../packages/sqlite/src/store.ts";
import { Writer } from "../../packages/sqlite/src/writer.ts";
import { freshFile } from "./files.ts";

const settings = { access: "write", clock: Date.now, lockTimeout: 300 } as const;

describe("writes of one turn", () => {
  it("share one transaction, which is committed before any of them is answered", async () => {
    const { database, writer } = openWriter();
    let answered = 0;
    const answeredBefore = Array.from({ length: 50 }, (_, n) =>
      writer.write(() => (insert(database, n), answered)).finally(() => answered++),
    );
    expect(new Set(await Promise.all(answeredBefore))).toEqual(new Set([0]));
    expect(count(database)).toBe(50);
    expect(await writer.write(() => answered)).toBe(50);
  });

  it("do not fail because another one does", async () => {
    const { database, writer } = openWriter();
    const writes = [1, 2, 2, 3, 1, 4].map((n) => writer.write(() => insert(database, n)));
    expect((await Promise.allSettled(writes)).map(({ status }) => status[0])).toEqual(["f", "f", "r", "f", "r", "f"]);
    expect(count(database)).toBe(4);
    await writer.write(() => insert(database, 5));
    await writer.idle();
  });
});

describe("a file that another process has locked", () => {
  it("is written when the lock is gone, and the event loop turns meanwhile", async () => {
    const { store, lock, records } = openLocked();
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    const appended = [store.append([batchOf(records.slice(0, 1))]), store.append([batchOf(records.slice(1))])];
    await sleep(100);
    expect(await store.read("t/s", 0)).toEqual([]);
    lock.exec("COMMIT");
    expect(await Promise.all(appended)).toEqual(["appended", "appended"]);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
    await store.close();
  });

  it("is given up at the deadline, each write at its own", async () => {
    const { store, lock, records } = openLocked();
    const first = store.append([batchOf(records)]);
    first.catch(() => {});
    await sleep(200);
    const second = store.append([batchOf(records)]);
    await expect(first).rejects.toMatchObject({ code: "store-failed", message: expect.stringContaining("is locked by another process") });
    lock.exec("ROLLBACK");
    expect(await second).toBe("appended");
    await store.close();
  });
});

describe("a disk that is full", () => {
  it("fails what does not fit and nothing else, and is used again when there is room", async () => {
    const store = new SqliteStore(freshFile(), { ...settings, pragmas: "PRAGMA max_page_count = 64" });
    const small = sealAll(
      "t/small",
      Array.from({ length: 3 }, (_, n) => ({ type: "test.noted", state: { n } })),
    );
    const big = sealAll("t/big", [{ type: "test.noted", state: {}, payload: { text: "x".repeat(150_000) } }]);
    const huge = sealAll("t/huge", [{ type: "test.noted", state: {}, payload: { text: "y".repeat(150_000) } }]);
    expect(await store.append([batchOf(big)])).toBe("appended");
    const outcomes = await Promise.allSettled([
      store.append([batchOf(small.slice(0, 1))]),
      store.append([batchOf(small.slice(1, 2)), batchOf(huge)]),
      store.append([batchOf(small.slice(1, 2))]),
    ]);
    expect(outcomes).toMatchObject([
      { status: "fulfilled", value: "appended" },
      { status: "rejected", reason: { code: "store-failed", message: expect.stringContaining("the disk is full") } },
      { status: "fulfilled", value: "appended" },
    ]);
    expect(await store.read("t/huge", 0)).toEqual([]);
    await store.erase("t/big");
    expect(await store.append([batchOf(small.slice(2)), batchOf(huge)])).toBe("appended");
    expect(await store.read("t/small", 0)).toEqual(small);
    await store.close();
  });
});

function openWriter(): { readonly database: DatabaseSync; readonly writer: Writer } {
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE item (n INTEGER PRIMARY KEY)");
  return { database, writer: new Writer(database, settings.lockTimeout) };
}

function insert(database: DatabaseSync, n: number): void {
  database.prepare("INSERT INTO item VALUES (?)").run(n);
}

function count(database: DatabaseSync): unknown {
  return database.prepare("SELECT count(*) AS n FROM item").get()?.["n"];
}

function openLocked() {
  const file = freshFile();
  const store = new SqliteStore(file, settings);
  const lock = new DatabaseSync(file);
  lock.exec("BEGIN EXCLUSIVE");
  return {
    store,
    lock,
    records: sealAll(
      "t/s",
      Array.from({ length: 2 }, (_, n) => ({ type: "test.noted", state: { n } })),
    ),
  };
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
