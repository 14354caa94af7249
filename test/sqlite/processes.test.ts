import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { verifyStream } from "../../packages/core/src/ledger/chain.ts";
import { batchOf, sealAll } from "../../packages/core/src/testing.ts";
import { sqliteStore } from "../../packages/sqlite/src/index.ts";
import { freshFile } from "./files.ts";

describe("processes on one file", { timeout: 60_000 }, () => {
  it("make it together, lose no record and write none twice", async () => {
    const file = freshFile();
    const names = ["a", "b", "c"];
    const exits = names.map((name) => once(start(file, name, 60), "exit"));
    expect((await Promise.all(exits)).map(([code]) => code)).toEqual([0, 0, 0]);
    const store = sqliteStore(file);
    const records = await store.read("t/shared", 0);
    expect(verifyStream("t/shared", records, (await store.streams())[0])).toMatchObject({ ok: true, head: { length: 180 } });
    for (const name of names) {
      expect(records.flatMap(({ state }) => (state["name"] === name ? [state["n"]] : []))).toEqual(Array.from({ length: 60 }, (_, n) => n));
    }
    await store.close();
  });

  it("keep all that was acknowledged by one that is killed, and go on", async () => {
    const file = freshFile();
    for (const name of ["first", "second"]) {
      const child = start(file, name, 1_000_000);
      let acknowledged = -1;
      child.on("message", (n) => {
        acknowledged = Number(n);
        if (acknowledged === 40) child.kill("SIGKILL");
      });
      await once(child, "exit");
      const store = sqliteStore(file);
      const records = await store.read("t/shared", 0);
      expect(verifyStream("t/shared", records, (await store.streams())[0])).toMatchObject({ ok: true });
      expect(records.filter(({ state }) => state["name"] === name).length).toBeGreaterThan(acknowledged);
      expect(await store.append([batchOf(sealAll("t/shared", [{ type: "test.noted", state: {} }], records.at(-1)))])).toBe("appended");
      await store.close();
    }
  });

  it("are watched and read by one that only reads", async () => {
    const file = freshFile();
    await sqliteStore(file).close();
    const reader = sqliteStore(file, { readOnly: true });
    const stop = new AbortController();
    const grown = reader.watch(stop.signal);
    const exit = once(start(file, "a", 30), "exit");
    for await (const stream of grown) if ((await reader.read(stream, 0)).length === 30) stop.abort();
    await exit;
    await reader.close();
  });
});

function start(file: string, name: string, count: number): ChildProcess {
  return fork(join(import.meta.dirname, "appender.ts"), [file, name, String(count)], { execArgv: ["--no-warnings"] });
}
