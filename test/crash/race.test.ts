import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openApprovals } from "@sallyport/core";
import { sqliteStore, type SqliteFile } from "@sallyport/sqlite";
import { countEffects, ended, start, type Effects } from "./effects.ts";

const SESSIONS = Array.from({ length: 50 }, (_, index) => `race-${index}`);
const ONE = "race-one";

describe("two processes that resume at once", { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-race-"));
  const file = join(folder, "app.db");
  let effects: Effects;
  let store: SqliteFile;
  const app = () => ({ framework: "ai-sdk", file, folder, port: effects.port }) as const;

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

  const race = async (sessions: readonly string[]): Promise<readonly unknown[]> => {
    const both = [1, 2].map(() => ended(start({ ...app(), act: "resume", sessions })));
    const [one, other] = await Promise.all(both);
    expect([one?.code, other?.code]).toEqual([0, 0]);
    expect(one?.results).toHaveLength(sessions.length);
    expect(one?.results).toEqual(other?.results);
    expect(JSON.stringify(one?.results[0])).toContain("receipt ");
    return one?.results ?? [];
  };

  it("50 approvals: one effect each, and the loser returns the winner's result", async () => {
    await race(SESSIONS);
    expect(SESSIONS.map((session) => effects.counts.get(`pay/${session}`))).toEqual(SESSIONS.map(() => 1));
  });

  it("one approval 50 times each: one effect, and everybody gets its result", async () => {
    const results = await race(Array.from({ length: 50 }, () => ONE));
    expect(effects.counts.get(`pay/${ONE}`)).toBe(1);
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
  });
});
