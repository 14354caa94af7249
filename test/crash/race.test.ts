import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openApprovals } from "@sallyport/core";
import { sqliteStore, type SqliteFile } from "@sallyport/sqlite";
import { countEffects, ended, start, startTogether, type Effects } from "./effects.ts";

const SESSIONS = Array.from({ length: 50 }, (_, index) => `race-${index}`);
const ONE = "race-one";

/**
 * What becomes of a resume that comes too late, when somebody else has ended the run: Mastra does not ask the model again; the
 * OpenAI client's has nothing to go on from any more, and its model is asked anew.
 */
const PLAYED = [
  { framework: "ai-sdk", late: "shown" },
  { framework: "langgraph", late: "shown" },
  { framework: "mastra", late: "refused" },
  { framework: "openai", late: "refused" },
  { framework: "openai-agents", late: "shown" },
] as const;

describe.each(PLAYED)("two processes that resume at once on $framework", { timeout: 120_000 }, ({ framework, late }) => {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-race-"));
  const file = join(folder, "app.db");
  let effects: Effects;
  let store: SqliteFile;
  const app = () => ({ framework, file, folder, port: effects.port }) as const;

  beforeAll(async () => {
    effects = await countEffects();
    // a first process pauses in every session and ends; then a lead approves all
    const paused = await ended(start({ ...app(), act: "pause", sessions: [...SESSIONS, ONE] }));
    expect(paused.code).toBe(0);
    store = sqliteStore(file);
    const approvals = openApprovals(store);
    const pending = await approvals.list({ status: "pending" });
    expect(pending).toHaveLength(SESSIONS.length + 1);
    for (const { id } of pending) await approvals.resolve(id, { decision: "approve", approver: { id: "lea", roles: ["lead"] } });
  }, 120_000);

  afterAll(async () => {
    await store.close();
    effects.close();
    rmSync(folder, { recursive: true });
  });

  /** What either process was shown, by session. */
  const race = async (sessions: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> => {
    const both = await Promise.all((await startTogether({ ...app(), act: "resume", sessions }, 2)).map(ended));
    const shown = new Map(sessions.map((session) => [session, new Set<string>()]));
    for (const { code, results } of both) {
      expect(code).toBe(0);
      expect(results).toHaveLength(sessions.length);
      if (late === "shown") expect(results).not.toContain(null);
      for (const [at, session] of sessions.entries()) if (results[at] !== null) shown.get(session)?.add(JSON.stringify(results[at]));
    }
    return shown;
  };

  it("50 approvals: one effect each, and the loser returns the winner's result", async () => {
    const shown = await race(SESSIONS);
    expect(SESSIONS.map((session) => effects.count("pay", session))).toEqual(SESSIONS.map(() => 1));
    for (const [session, results] of shown) expect([session, ...results]).toEqual([session, expect.stringContaining("receipt ")]);
  });

  it("one approval 50 times each: one effect, and everybody gets its result", async () => {
    const shown = await race(Array.from({ length: 50 }, () => ONE));
    expect(effects.count("pay", ONE)).toBe(1);
    expect([...(shown.get(ONE) ?? [])]).toEqual([expect.stringContaining("receipt ")]);
  });
});
