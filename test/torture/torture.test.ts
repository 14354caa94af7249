import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import type { ViolationKind } from "./audit/violation.ts";
import { faultySource, type FaultName } from "./faults.ts";

/** A run of the program that `pnpm torture` starts: how it ended, and all that it said. */
async function torture(...args: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn(process.execPath, ["--no-warnings", join(import.meta.dirname, "main.ts"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: child.exitCode, said: `${out}\n${error}` };
}

/** What each deliberate fault surely leads to, among other things. */
const LEADS_TO: readonly (readonly [FaultName, readonly ViolationKind[]])[] = [
  ["claim-without-position", ["a call claimed twice"]],
  ["unsynced-write", ["an effect without a claim", "an answer that is not on record"]],
  ["verdict-by-call-id", ["an effect with other args", "an effect without a live approval"]],
];

describe.concurrent("torture, in its short form", { timeout: 180_000 }, () => {
  it("finds no violation, and has exercised what it is about", async () => {
    const { code, said } = await torture("--short");
    console.info(said.split("\n").find((line) => line.startsWith("seed ")));
    expect([code, said]).toEqual([0, expect.stringContaining("violations: 0")]);
  });

  it.each(LEADS_TO)("finds the fault %s", async (fault, kinds) => {
    const { code, said } = await torture("--form", "tiny", "--fault", fault);
    expect([code, said]).toEqual([1, expect.stringMatching(/^violations: [1-9]/m)]);
    for (const kind of kinds) expect(said).toContain(`${kind}: `);
  });

  it("does not go on without a fault that it cannot put in", () => {
    const url = "file:///elsewhere/packages/core/src/gate/move.ts";
    expect(() => faultySource("verdict-by-call-id", url, "export const nothing = 0;")).toThrow("cannot be put in");
  });

  it("says what it does not understand", async () => {
    expect(await torture("--fault", "none")).toMatchObject({ code: 2, said: expect.stringContaining("`--fault` is one of") });
    expect(await torture("--seed", "x")).toMatchObject({ code: 2, said: expect.stringContaining("`--seed` is a whole number") });
  });
});
