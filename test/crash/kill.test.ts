import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyStream, type LedgerRecord } from "@sallyport/core";
import { sqliteStore } from "@sallyport/sqlite";
import { countEffects, ended, start, type Effects } from "./effects.ts";
import { KILL_POINTS } from "./kill-points.ts";

const ROUNDS = 5;
const TOOLS = ["note", "pay"] as const;

/** Every point is hit for both tools where it lies on their way, `ROUNDS` times each. */
const KILLS = KILL_POINTS.flatMap((point) =>
  TOOLS.filter((tool) => tool === "pay" || !point.includes("approval")).flatMap((tool) =>
    Array.from({ length: ROUNDS }, (_, round) => ({ point, tool, session: `${point} ${tool} ${round}`.replaceAll(/[ .]/g, "-") })),
  ),
);

describe("a process that is killed on the way of a call", { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-kill-"));
  const file = join(folder, "app.db");
  const killed: string[] = [];
  let effects: Effects;
  let streams: ReadonlyMap<string, readonly LedgerRecord[]>;
  const app = () => ({ framework: "ai-sdk", act: "converse", file, folder, port: effects.port }) as const;

  beforeAll(async () => {
    effects = await countEffects();
    const waiting = [...KILLS];
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { point, tool, session } = next;
        const { signal } = await ended(start({ ...app(), sessions: [session], kill: { point, tool } }));
        if (signal === "SIGKILL") killed.push(point);
      }
    };
    await Promise.all([worker(), worker()]);
    // the app starts again when the leases of the dead are over, and its users ask for the same once more
    const { code } = await ended(start({ ...app(), sessions: KILLS.map(({ session }) => session), ahead: 120_000 }));
    expect(code).toBe(0);
    const store = sqliteStore(file, { readOnly: true });
    streams = new Map(
      await Promise.all((await store.streams()).map(async (head) => [head.stream, await store.read(head.stream, 0)] as const)),
    );
    for (const head of await store.streams())
      expect(verifyStream(head.stream, streams.get(head.stream) ?? [], head)).toMatchObject({ ok: true });
    await store.close();
  }, 300_000);

  afterAll(() => {
    effects.close();
    rmSync(folder, { recursive: true });
  });

  it("was killed at every named point, at least five times at each and a hundred times in all", () => {
    for (const point of KILL_POINTS) expect([point, killed.filter((hit) => hit === point).length >= 5]).toEqual([point, true]);
    expect(killed).toHaveLength(KILLS.length);
    expect(killed.length).toBeGreaterThanOrEqual(100);
  });

  it("left no effect twice, and none without a durable claim after an allow or an approval", () => {
    expect([...effects.counts].filter(([, count]) => count !== 1)).toEqual([]);
    for (const name of effects.counts.keys()) {
      const [tool = "", session = ""] = name.split("/");
      const records = streams.get(`session//${session}`) ?? [];
      const claim = records.findIndex(({ type, state }) => type === "call.started" && state["tool"] === tool);
      expect([name, claim >= 0]).toEqual([name, true]);
      const leave = records
        .slice(0, claim)
        .some(({ type, state }) =>
          tool === "pay"
            ? type === "approval.settled" && state["status"] === "approved"
            : type === "call.proposed" && state["decision"] === "allow",
        );
      expect([name, leave]).toEqual([name, true]);
    }
  });

  it("had every effect, unless the claim was left open", () => {
    for (const { session } of KILLS) {
      for (const tool of TOOLS) {
        const unknown = (streams.get(`session//${session}`) ?? []).some(
          ({ type, state }) => type === "call.unknown" && state["call"] === (tool === "pay" ? "p1" : "n1"),
        );
        expect([session, tool, unknown || effects.counts.get(`${tool}/${session}`) === 1]).toEqual([session, tool, true]);
      }
    }
  });

  it("left every claim with an outcome, or unknown", () => {
    for (const [stream, records] of streams) {
      const ends = records
        .filter(({ type }) => ["call.completed", "call.failed", "call.unknown"].includes(type))
        .map(({ state }) => state["call"]);
      const open = records.filter(({ type, state }) => type === "call.started" && !ends.includes(state["call"] ?? null));
      expect([stream, open.length]).toEqual([stream, 0]);
    }
  });
});
