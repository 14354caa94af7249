import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Orders } from "./app.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sallyport-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a process to its end; what it sent last, or the signal that killed it. */
async function run(orders: Omit<Orders, "folder">): Promise<unknown> {
  const child = fork(join(import.meta.dirname, "app.ts"), [JSON.stringify({ ...orders, folder })], { execArgv: ["--no-warnings"] });
  let sent: unknown;
  child.on("message", (message) => (sent = message));
  await once(child, "exit");
  return child.signalCode ?? sent;
}

const effects = (): number =>
  existsSync(join(folder, "effects")) ? readFileSync(join(folder, "effects"), "utf8").trim().split("\n").length : 0;

it("pauses in one process, is approved in a second, and runs once in a third", { timeout: 60_000 }, async () => {
  expect(await run({ act: "pause" })).toEqual(["suspended"]);
  expect(await run({ act: "resume" })).toEqual(["suspended"]);
  expect(effects()).toBe(0);
  await run({ act: "approve" });
  expect(await run({ act: "resume" })).toEqual([{ receipt: expect.any(Number) }]);
  expect(effects()).toBe(1);
});

it("has one effect where 50 resume at once in two processes, and all who go on read its result", { timeout: 120_000 }, async () => {
  await run({ act: "pause" });
  await run({ act: "approve" });
  const both = await Promise.all([run({ act: "resume", times: 25 }), run({ act: "resume", times: 25 })]);
  expect(effects()).toBe(1);
  const receipts = both.flat().filter((result) => typeof result === "object");
  expect(receipts.length).toBeGreaterThan(0);
  expect(new Set(receipts.map((result) => JSON.stringify(result))).size).toBe(1);
});

it("does not repeat what was killed between its effect and its record: nobody knows whether it was done", { timeout: 60_000 }, async () => {
  await run({ act: "pause" });
  await run({ act: "approve" });
  expect(await run({ act: "resume", dies: true })).toBe("SIGKILL");
  expect(effects()).toBe(1);
  expect(await run({ act: "resume", ahead: 120_000 })).toEqual([
    { denied: true, reason: expect.stringContaining("unknown whether this call took effect") },
  ]);
  expect(effects()).toBe(1);
});
