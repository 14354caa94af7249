import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyStream, type LedgerRecord } from "@sallyport/core";
import { sqliteStore } from "@sallyport/sqlite";
import { countEffects, ended, start, type Effects } from "./effects.ts";
import { KILL_POINTS } from "./kill-points.ts";
import { callsIn, isOpen, type RecordedCall } from "./recorded-calls.ts";

const TOOLS = ["note", "pay"] as const;

/** Every point is hit for both tools where it lies on their way, some rounds each. */
function killsOf(rounds: number) {
  return KILL_POINTS.flatMap((point) =>
    TOOLS.filter((tool) => tool === "pay" || !point.includes("approval")).flatMap((tool) =>
      Array.from({ length: rounds }, (_, round) => ({ point, tool, session: `${point} ${tool} ${round}`.replaceAll(/[ .]/g, "-") })),
    ),
  );
}

/** Mastra keeps nothing of a run that was killed before it was suspended: the app starts another, whose calls are new ones. */
const PLAYED = [
  { framework: "ai-sdk", rounds: 5, lost: "goes on" },
  { framework: "langgraph", rounds: 1, lost: "goes on" },
  { framework: "mastra", rounds: 1, lost: "starts anew" },
  { framework: "openai", rounds: 1, lost: "goes on" },
  { framework: "openai-agents", rounds: 1, lost: "goes on" },
] as const;

describe.each(PLAYED)("a process that is killed on the way of a call of $framework", { timeout: 300_000 }, (played) => {
  const { framework, rounds, lost } = played;
  const kills = killsOf(rounds);
  const sessions = kills.map(({ session }) => session);
  const folder = mkdtempSync(join(tmpdir(), "sallyport-kill-"));
  const file = join(folder, "app.db");
  const killed: string[] = [];
  let shown: readonly unknown[];
  let effects: Effects;
  let streams: ReadonlyMap<string, readonly LedgerRecord[]>;
  const app = () => ({ framework, act: "converse", file, folder, port: effects.port }) as const;
  const recorded = (session: string, tool: string): readonly RecordedCall[] =>
    callsIn(streams.get(`session//${session}`) ?? []).filter((call) => call.tool === tool);

  beforeAll(async () => {
    effects = await countEffects();
    // the app has run before: its files are there
    expect(await ended(start({ ...app(), sessions: ["first"] }))).toMatchObject({ code: 0 });
    const waiting = [...kills];
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { point, tool, session } = next;
        const { signal } = await ended(start({ ...app(), sessions: [session], kill: { point, tool } }));
        if (signal === "SIGKILL") killed.push(point);
      }
    };
    await Promise.all([worker(), worker()]);
    // the app starts again when the leases of the dead are over, and its users ask for the same once more
    const { code, results } = await ended(start({ ...app(), sessions, ahead: 120_000 }));
    expect(code).toBe(0);
    shown = results;
    if (lost === "starts anew") expect(await ended(start({ ...app(), act: "ask", sessions, ahead: 120_000 }))).toMatchObject({ code: 0 });
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

  it(`was killed at every named point, ${rounds} times for each tool`, () => {
    for (const point of KILL_POINTS) expect([point, killed.filter((hit) => hit === point).length >= rounds]).toEqual([point, true]);
    expect(killed).toHaveLength(kills.length);
  });

  it("left no call with two effects, and no payment twice", () => {
    const keys = effects.all.map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(keys).size).toBe(keys.length);
    const most = { note: lost === "goes on" ? 1 : 2, pay: 1 };
    for (const session of sessions)
      for (const tool of TOOLS) expect([session, tool, effects.count(tool, session) <= most[tool]]).toEqual([session, tool, true]);
  });

  it("left no effect without a durable claim of its own, after an allow or an approval of that call", () => {
    for (const { tool, session } of effects.all) {
      const claimed = recorded(session, tool).filter(({ claims }) => claims.length > 0);
      expect([session, tool, effects.count(tool, session) <= claimed.length]).toEqual([session, tool, true]);
      for (const { id, claims, leave } of claimed)
        expect([session, id, claims.length, leave < Number(claims[0])]).toEqual([session, id, 1, true]);
    }
  });

  it("had every effect, unless the claim was left open", () => {
    for (const session of sessions) {
      for (const tool of TOOLS) {
        const ends = recorded(session, tool).flatMap((call) => call.ends);
        const completed = ends.filter((end) => end === "call.completed").length;
        expect([session, tool, ends.length >= 1, ends.includes("call.failed")]).toEqual([session, tool, true, false]);
        const count = effects.count(tool, session);
        expect([session, tool, count >= completed, count <= ends.length]).toEqual([session, tool, true, true]);
      }
    }
  });

  it("told the model in the end what became of the payment", () => {
    for (const [at, session] of sessions.entries()) {
      const [end] = recorded(session, "pay").flatMap(({ ends }) => ends);
      const told = JSON.stringify(shown[at]);
      expect([session, told]).toEqual([session, expect.stringContaining(end === "call.completed" ? "receipt " : "it is unknown whether")]);
    }
  });

  it("left every claim with an outcome, or unknown", () => {
    for (const [stream, records] of streams) expect([stream, callsIn(records).filter(isOpen)]).toEqual([stream, []]);
  });
});
