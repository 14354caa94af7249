import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openApprovals } from "@sallyport/core";
import { sqliteStore } from "@sallyport/sqlite";
import { countEffects, ended, start } from "./effects.ts";

const SESSIONS = Array.from({ length: 50 }, (_, index) => `race-${index}`);

it(
  "two processes resume the same 50 approvals at once: one effect each, and the loser returns the winner's result",
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "sallyport-race-"));
    const file = join(folder, "app.db");
    const effects = await countEffects();
    // a first process pauses in every session and ends
    expect((await ended(start({ file, port: effects.port, sessions: SESSIONS, race: { act: "pause", folder } }))).code).toBe(0);
    const store = sqliteStore(file);
    const approvals = openApprovals(store);
    const pending = await approvals.list({ status: "pending" });
    expect(pending).toHaveLength(SESSIONS.length);
    for (const { id } of pending)
      expect((await approvals.resolve(id, { decision: "approve", approver: { id: "lea", roles: ["lead"] } })).status).toBe("approved");
    const [one, other] = await Promise.all(
      [1, 2].map(() => ended(start({ file, port: effects.port, sessions: SESSIONS, race: { act: "resume", folder } }))),
    );
    expect([one?.code, other?.code]).toEqual([0, 0]);
    for (const session of SESSIONS) expect([session, effects.counts.get(`pay/${session}`)]).toEqual([session, 1]);
    expect(one?.results).toEqual(other?.results);
    expect(JSON.stringify(one?.results[0])).toContain("receipt ");
    await store.close();
    effects.close();
    rmSync(folder, { recursive: true });
  },
);
