import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { openApprovals } from "@sallyport/core";
import { sqliteStore } from "@sallyport/sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { LEAD } from "./tools-kit.ts";

const CHATS = 20;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sallyport-openai-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What a process of the app got for its calls. */
async function payer(): Promise<readonly string[]> {
  const args = ["--no-warnings", join(import.meta.dirname, "payer.ts"), join(folder, "app.db"), join(folder, "effects.log"), `${CHATS}`];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

it("pauses in one process, is approved in a second, and runs once where several go on at once", { timeout: 60_000 }, async () => {
  expect(new Set(await payer())).toEqual(new Set(["waits"]));
  const store = sqliteStore(join(folder, "app.db"));
  const approvals = openApprovals(store);
  for (const { id } of await approvals.list({ status: "pending" })) await approvals.resolve(id, { decision: "approve", approver: LEAD });
  const [one, other, third] = await Promise.all([payer(), payer(), payer()]);
  expect(readFileSync(join(folder, "effects.log"), "utf8").trim().split("\n")).toHaveLength(CHATS);
  // whoever came second reads the result of the first
  expect([other, third]).toEqual([one, one]);
  await store.close();
});
