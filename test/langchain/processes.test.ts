import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const run = promisify(execFile);
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sallyport-langchain-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs one step of the app in a process of its own. */
async function desk(step: string, { value = "true", user = "", later = 0 } = {}): Promise<Record<string, unknown>> {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, "desk.ts"), folder, step, value], {
    env: { ...process.env, DESK_USER: user, DESK_LATER: String(later), NODE_NO_WARNINGS: "1" },
  });
  return stdout === "" ? {} : JSON.parse(stdout);
}

const effects = (): readonly string[] =>
  existsSync(join(folder, "effects.log")) ? readFileSync(join(folder, "effects.log"), "utf8").trim().split("\n") : [];

const DONE = {
  paused: 0,
  results: [
    ["c1", "success", "paid"],
    ["c2", "success", "paid"],
  ],
};

describe("an agent on disk", () => {
  it("pauses in one process, is approved in a second and resumed in a third: one effect, however often it is resumed", async () => {
    expect(await desk("start")).toMatchObject({ paused: 1, results: [] });
    expect(await desk("resume")).toMatchObject({ paused: 1, results: [] });
    await desk("approve");
    expect(await desk("resume")).toEqual(DONE);
    expect(effects().toSorted()).toEqual(["1", "500"]);
  });

  it("takes the native answer of an approver in another process, and runs it once where many resume at once", async () => {
    await desk("start");
    const value = JSON.stringify({ decisions: [{ type: "approve" }] });
    const all = await Promise.allSettled(Array.from({ length: 4 }, () => desk("resume", { value, user: "lea" })));
    expect(all.some((one) => one.status === "fulfilled" && one.value["paused"] === 0)).toBe(true);
    expect(effects().toSorted()).toEqual(["1", "500"]);
  });

  it("does not repeat a call whose process died between effect and record", async () => {
    await desk("start");
    await desk("approve");
    await expect(desk("crash")).rejects.toThrow();
    const { results } = await desk("resume", { later: 120_000 });
    expect(results).toEqual([
      ["c1", "error", expect.stringContaining("it is unknown whether this call took effect")],
      ["c2", "success", "paid"],
    ]);
    expect(effects().toSorted()).toEqual(["1", "500"]);
  });
});
