/**
 * A process of the app: makes the calls that it is told to, several at once, and logs what the gate answered before it says so.
 * It may be killed, stopped or cut off from its disk at any time, and ends itself where its orders say so.
 */
import { flushCompileCache } from "node:module";
import { createGate, loadPolicy, type Gate, type Outcome, type Session, type Store } from "@sallyport/core";
import { sqliteStore } from "@sallyport/sqlite";
import { SqliteStore } from "../../packages/sqlite/src/store.ts";
import { clockOf } from "./clock.ts";
import { argsDigest } from "./digest.ts";
import { Effects } from "./effects.ts";
import { faultyStore } from "./faults.ts";
import { Log } from "./log.ts";
import type { Answer, Death, Done, Orders, Task, Told } from "./messages.ts";
import { POLICY } from "./policy.ts";

/** how long a call waits for somebody else's, in milliseconds */
const PATIENCE = 2_500;

/** when those start that race for a call: at the next multiple of so many milliseconds, by the machine's clock */
const TICK = 50;

/** What a worker works with. */
interface Desk {
  readonly gate: Gate;
  readonly effects: Effects;
  readonly log: Log;
  conflicts: number;
}

function openStore(orders: Orders): Store {
  const clock = clockOf(orders.clock);
  if (orders.disk !== "full") return sqliteStore(orders.store, { clock });
  return new SqliteStore(orders.store, { access: "write", clock, lockTimeout: 10_000, pragmas: "PRAGMA max_page_count = 1" });
}

/** how long an append is under way at most before it reaches the file, in milliseconds */
const LAG = 12;

/** A store that is a little far away, so that others get in between a read and an append; it counts how often they were first. */
function distant(store: Store, onConflict: () => void): Store {
  return {
    now: () => store.now(),
    read: (stream, from) => store.read(stream, from),
    approvals: (query) => store.approvals(query),
    watch: (signal) => store.watch(signal),
    async append(batches) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * LAG));
      const written = await store.append(batches);
      if (written === "conflict") onConflict();
      return written;
    },
  };
}

function dieAt(moment: Death, { dies }: Task): void {
  if (dies === moment) process.kill(process.pid, "SIGKILL");
}

async function perform(desk: Desk, task: Task): Promise<void> {
  const { number, guise, session, principal, call, tool, args } = task;
  if (task.races) await new Promise((resolve) => setTimeout(resolve, TICK - (Date.now() % TICK)));
  const answer = await answerOf(desk, task);
  const told: Told = { guise, session, principal, call, tool, digest: argsDigest(args), ...answer };
  await desk.log.write(told);
  dieAt("after the answer", task);
  const done: Done = { task: number, answer, conflicts: desk.conflicts };
  desk.conflicts = 0;
  process.send?.(done);
}

async function answerOf(desk: Desk, task: Task): Promise<Answer> {
  const { guise, session: id, principal, call, tool, args } = task;
  const session = desk.gate.session({ id, principal: { id: principal }, agent: { id: "desk" } });
  if (guise === "resumed") return proposalAnswer(await session.propose({ id: call, tool, args }, { resumed: true }));
  const outcome = await session.call({ id: call, tool, args }, (ran, { idempotencyKey }) => use(desk, task, ran, idempotencyKey), {
    signal: AbortSignal.timeout(PATIENCE),
  });
  return outcomeAnswer(outcome);
}

/** The tool: has its effect in another process, with the args that the gate hands it. */
async function use({ effects }: Desk, task: Task, args: Readonly<Record<string, unknown>>, key: string): Promise<string> {
  const { session, principal, call, tool, takes, throws } = task;
  await new Promise((resolve) => setTimeout(resolve, takes / 2));
  dieAt("before the effect", task);
  const receipt = await effects.have({ session, principal, call, tool, digest: argsDigest(args), amount: Number(args["amount"]), key });
  dieAt("after the effect", task);
  await new Promise((resolve) => setTimeout(resolve, takes / 2));
  if (throws) throw new Error(receipt);
  return receipt;
}

function proposalAnswer({ status, decision, approval }: Awaited<ReturnType<Session["propose"]>>): Answer {
  const { rules, reason } = decision;
  const shown = { allow: "allowed", deny: "denied", pending: "pending" } as const;
  return { status: shown[status], rules, reason, ...(approval === undefined ? {} : { approval: approval.id }) };
}

function outcomeAnswer(outcome: Outcome): Answer {
  const { status, decision } = outcome;
  const { rules, reason } = decision;
  switch (outcome.status) {
    case "completed":
      return { status, rules, reason, receipt: String(outcome.result) };
    case "failed":
      return { status, rules, reason, receipt: outcome.error instanceof Error ? outcome.error.message : String(outcome.error) };
    case "pending":
      return { status, rules, reason, approval: outcome.approval.id };
    case "unknown":
      return { status, rules, reason: outcome.reason };
    case "denied":
      return { status, rules, reason };
  }
}

async function main(orders: Orders): Promise<void> {
  const log = await Log.open(`${orders.logs}/worker-${orders.name}.jsonl`);
  const store = distant(faultyStore(openStore(orders), orders.fault), () => desk.conflicts++);
  const gate = await createGate({ policy: loadPolicy(POLICY), store });
  const desk: Desk = { gate, effects: new Effects(orders.socket), log, conflicts: 0 };
  process.on("message", (task: Task) => void perform(desk, task));
  process.on("disconnect", () => process.exit());
  // one that is killed would leave nothing compiled to the next
  flushCompileCache();
  process.send?.("ready");
}

const [, , orders] = process.argv;
if (orders !== undefined) {
  const parsed: Orders = JSON.parse(orders);
  await main(parsed);
}
