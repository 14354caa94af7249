import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { createGate, loadPolicy } from "@sallyport/core";
import { guardTools } from "@sallyport/ai-sdk";
import { sqliteStore } from "@sallyport/sqlite";
import { generateText, isStepCount, tool } from "ai";
import { z } from "zod";
import { call, scripted, text } from "../ai-sdk/kit.ts";

const POLICY =
  "version: 1\nname: t\ntools: { pay: { effect: side_effect, destination: none } }\nrules: [{ id: payments, tools: [pay], decide: allow }]\n";

/** What the model is told, and how often the tool ran, when an agent pays on a store. */
async function pay(store: Parameters<typeof createGate>[0]["store"]): Promise<{ readonly told: string; readonly ran: number }> {
  let ran = 0;
  const gate = await createGate({ policy: loadPolicy(POLICY), store });
  const tools = { pay: tool({ inputSchema: z.object({}), execute: async () => ++ran }) };
  const model = scripted([call("pay", {})], [text("done")]);
  await generateText({
    model,
    prompt: "pay",
    ...guardTools(gate, tools, { session: { id: "s1", principal: { id: "ann" }, agent: { id: "desk" } } }),
    stopWhen: isStepCount(2),
  });
  return { told: JSON.stringify(model.doGenerateCalls[1]?.prompt.at(-1)?.content), ran };
}

describe("a store that cannot be written", { timeout: 60_000 }, () => {
  it("because the disk is full: nothing runs, and the reason says so", ({ skip }) => {
    const script = join(import.meta.dirname, "disk.ts");
    const folder = mkdtempSync(join(tmpdir(), "sallyport-disk-"));
    const mount = `mount -t tmpfs -o size=3m tmpfs '${folder}'`;
    const probe = spawnSync("unshare", ["-Urm", "sh", "-c", mount]);
    if (probe.status !== 0) skip("a small file system cannot be mounted here");
    const { stdout, stderr } = spawnSync(
      "unshare",
      ["-Urm", "sh", "-c", `${mount} && exec '${process.execPath}' --no-warnings '${script}' '${folder}' 4`],
      { encoding: "utf8" },
    );
    rmSync(folder, { recursive: true });
    const said: { before: string; after: string; ranBefore: number; ranAtLast: number } = JSON.parse(stdout === "" ? stderr : stdout);
    expect(said.ranBefore).toBe(2);
    expect(said.after).toContain("full");
    expect(said.before).not.toContain("full");
    // what was denied did not run: what ran after the disk filled up still fitted
    expect(said.ranAtLast).toBeLessThan(12);
  });

  it("because another process holds its lock", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sallyport-lock-"));
    const store = sqliteStore(join(folder, "app.db"));
    const other = new DatabaseSync(join(folder, "app.db"));
    other.exec("BEGIN EXCLUSIVE");
    const { told, ran } = await pay(store);
    expect(told).toContain("lock");
    expect(ran).toBe(0);
    other.exec("ROLLBACK");
    other.close();
    expect((await pay(store)).ran).toBe(1);
    await store.close();
    rmSync(folder, { recursive: true });
  });

  it("because it was opened only to be read", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sallyport-read-"));
    await sqliteStore(join(folder, "app.db")).close();
    const store = sqliteStore(join(folder, "app.db"), { readOnly: true });
    const { told, ran } = await pay(store);
    expect(told).toContain("execution-denied");
    expect(told).toMatch(/read/);
    expect(ran).toBe(0);
    await store.close();
    rmSync(folder, { recursive: true });
  });
});
