import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const run = promisify(execFile);
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sallyport-openai-agents-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs one step of the app in a process of its own. */
async function desk(step: string, { later = 0 } = {}): Promise<Record<string, unknown>> {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, "desk.ts"), folder, step], {
    env: { ...process.env, DESK_LATER: String(later), NODE_NO_WARNINGS: "1" },
  });
  return stdout === "" ? {} : JSON.parse(stdout);
}

const effects = (): readonly string[] =>
  existsSync(join(folder, "effects.log")) ? readFileSync(join(folder, "effects.log"), "utf8").trim().split("\n") : [];
const DONE = { paused: 0, shown: [expect.stringContaining("paid"), expect.stringContaining("paid")] };

describe("the state of a run on disk", () => {
  it("pauses in one process, is approved in a second and resumed in a third: one effect, however often it is loaded", async () => {
    expect(await desk("start")).toMatchObject({ paused: 1 });
    expect(effects()).toEqual(["1"]);
    expect(await desk("resume")).toMatchObject({ paused: 1 });
    await desk("approve");
    expect(await desk("resume")).toEqual(DONE);
    const all = await Promise.all([desk("resume"), desk("yes"), desk("resume")]);
    expect([all, effects()]).toEqual([
      [DONE, DONE, DONE],
      ["1", "500"],
    ]);
  });

  it("runs once where many processes resume at once", async () => {
    await desk("start");
    await desk("approve");
    const all = await Promise.all(Array.from({ length: 4 }, () => desk("resume")));
    expect([all, effects()]).toEqual([
      [DONE, DONE, DONE, DONE],
      ["1", "500"],
    ]);
  });

  it("runs nothing where it was approved natively, without a verdict on record", async () => {
    await desk("start");
    expect(await desk("yes")).toMatchObject({ paused: 1 });
    expect(effects()).toEqual(["1"]);
  });

  it("runs nothing where it was edited after the verdict", async () => {
    await desk("start");
    await desk("approve");
    const file = join(folder, "state.json");
    writeFileSync(file, readFileSync(file, "utf8").replaceAll('{\\"amount\\":500}', '{\\"amount\\":900}'));
    expect(await desk("resume")).toMatchObject({ paused: 0, shown: [expect.stringContaining("used for other args"), expect.anything()] });
    expect(effects()).toEqual(["1"]);
  });

  it("does not repeat a call whose process died between effect and record", async () => {
    await desk("start");
    await desk("approve");
    await expect(desk("crash")).rejects.toThrow();
    const { shown } = await desk("resume", { later: 120_000 });
    expect(shown).toEqual([expect.stringContaining("it is unknown whether this call took effect"), expect.stringContaining("paid")]);
    expect(effects()).toEqual(["1", "500"]);
  });
});
