import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readCall, Replay } from "@sallyport/core";
import { DESK, noteArgs, POLICY } from "../gate/desk.ts";
import { medianOf, medianSpent, spentOnEach, type Spent } from "../measure.ts";

/** How fast recorded calls are decided again. */
export interface ReplayCost {
  /** one call and its result, played in this process */
  readonly played: Spent;
  /** the same by `sallyport replay` from a file of lines to its end, with the start of the process, in microseconds */
  readonly command: number;
  readonly calls: number;
}

const SESSIONS = 200;
const CALLS = 50;
const ROUNDS = 5;
const PRINCIPAL = { id: "ann", roles: ["support"] };
const AGENT = { id: "desk" };

/** Measures a trace of 200 sessions of 50 calls each. */
export async function measureReplay(): Promise<ReplayCost> {
  const calls = SESSIONS * CALLS;
  const rounds: Spent[] = [];
  for (let round = 0; round <= ROUNDS; round++) rounds.push(await spentOnEach(async () => play(), calls));
  return { played: medianSpent(rounds.slice(1)), command: (await runCommand()) / calls, calls };
}

function play(): void {
  const replay = new Replay(POLICY);
  for (let chat = 0; chat < SESSIONS; chat++) {
    const id = `chat-${chat}`;
    replay.open(id, { principal: PRINCIPAL, agent: AGENT });
    for (let call = 0; call < CALLS; call++) {
      const { decision } = replay.call(id, readCall({ id: `c${call}`, tool: "crm_note", args: noteArgs(call) }), false);
      if (decision !== "allow") throw new Error(`call ${call} is not allowed`);
      replay.result(id, `c${call}`, "noted", false);
    }
  }
}

/** How long the command takes for the whole trace, in microseconds. */
async function runCommand(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-bench-"));
  try {
    const policy = join(folder, "desk.yaml");
    writeFileSync(policy, DESK);
    const trace = traceLines().join("");
    const rounds: number[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await timeCommand(policy, trace));
    return medianOf(rounds);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function traceLines(): readonly string[] {
  const line = (session: string, act: object): string => `${JSON.stringify({ session, ...act })}\n`;
  return Array.from({ length: SESSIONS }, (_, chat) => `chat-${chat}`).flatMap((id) => [
    line(id, { principal: PRINCIPAL, agent: AGENT }),
    ...Array.from({ length: CALLS }, (_, call) => [
      line(id, { call: { id: `c${call}`, tool: "crm_note", args: noteArgs(call) } }),
      line(id, { result: { id: `c${call}`, content: "noted" } }),
    ]).flat(),
  ]);
}

async function timeCommand(policy: string, trace: string): Promise<number> {
  const main = fileURLToPath(new URL("../../../cli/src/main.ts", import.meta.url));
  const start = performance.now();
  const command = spawn(process.execPath, [main, "replay", "--policy", policy], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(command, "exit");
  let lines = 0;
  command.stdout.on("data", (chunk: Buffer) => {
    for (const byte of chunk) if (byte === 10) lines++;
  });
  command.stdin.end(trace);
  await once(command.stdout, "end");
  await ended;
  const took = (performance.now() - start) * 1_000;
  if (lines !== SESSIONS * CALLS) throw new Error(`${lines} decisions were printed for ${SESSIONS * CALLS} calls`);
  return took;
}
