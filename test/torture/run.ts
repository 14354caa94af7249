import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Approvers } from "./approvers.ts";
import { Board } from "./board.ts";
import { stepClock } from "./clock.ts";
import type { Disk } from "./disk.ts";
import type { FaultName } from "./faults.ts";
import type { Form } from "./form.ts";
import type { Done, Place, Task } from "./messages.ts";
import { planCalls } from "./plan.ts";
import { Pool } from "./pool.ts";
import { kill, startProgram } from "./processes.ts";
import { Random } from "./random.ts";
import { Storm } from "./storm.ts";

/** What is to be tortured, and how. */
export interface Session {
  readonly seed: number;
  readonly form: Form;
  readonly fault: FaultName | undefined;
  /** where everything is kept; the store in `store` below it */
  readonly folder: string;
  readonly disk: Disk;
  readonly say: (text: string) => void;
}

/** What was done, by its name. */
export type Counts = Readonly<Record<string, number>>;

/** The last round may take so long, in milliseconds. */
const LAST_ROUND = 180_000;

/** A probability of being killed right after an answer. */
const KILLED_AFTER_ANSWER = 0.008;

/** Tortures the gate, and leaves behind what an auditor needs. */
export async function torture(session: Session): Promise<Counts> {
  const { seed, folder, form } = session;
  const place: Place = {
    seed,
    store: join(folder, "store", "app.db"),
    logs: join(folder, "logs"),
    clock: join(folder, "clock"),
    socket: join(folder, "effects.sock"),
  };
  mkdirSync(place.logs, { recursive: true });
  stepClock(place.clock, 0);
  // a process that takes the place of a killed one starts faster from what the first has compiled
  process.env["NODE_COMPILE_CACHE"] = join(folder, "compiled");
  const counter = await startProgram("counter.ts", [place.socket, join(place.logs, "effects.jsonl")]);
  if (counter === undefined) throw new Error("the process that counts effects does not start");
  const run = new Run(session, place);
  const counts = await run.toTheEnd(form.patience * 1_000);
  if (counter.exitCode !== null) throw new Error("the process that counts effects did not live to the end");
  await kill(counter);
  return counts;
}

/** One run: the calls are handed out while the storm rages; then, in a calm, all of them once more. */
class Run {
  readonly #session: Session;
  readonly #random: Random;
  readonly #board: Board;
  readonly #pool: Pool;
  readonly #approvers: Approvers;
  readonly #storm: Storm;
  readonly #counts = { "attempts at calls": 0, "killed right after an answer": 0, "appends that met another process": 0 };

  constructor(session: Session, place: Place) {
    const { form, seed, disk, fault, say } = session;
    this.#session = session;
    this.#random = Random.of(seed, "run");
    this.#board = new Board(planCalls(seed, form), Random.of(seed, "board"));
    this.#pool = new Pool(place, form.workers, fault, {
      onDone: (task, done) => this.#done(task, done),
      onDeath: (tasks) => this.#board.giveBack(tasks, performance.now()),
    });
    this.#approvers = new Approvers(place, form.approvers, ({ call, status }) => {
      if (status === "approved") this.#board.approved(call);
    });
    this.#storm = new Storm({
      form,
      disk,
      say,
      pool: this.#pool,
      approvers: this.#approvers,
      store: place.store,
      clock: place.clock,
      random: Random.of(seed, "storm"),
      duplicate: (tasks) => this.#board.duplicate(tasks),
    });
  }

  async toTheEnd(patience: number): Promise<Counts> {
    await Promise.all([this.#pool.start(), this.#approvers.start()]);
    const raging = this.#storm.rage(() => this.#board.progress);
    await this.#work(patience, () => this.#board.progress >= 1 && this.#storm.isDone);
    this.#storm.end();
    await raging;
    await this.#pool.killAll();
    const counts = { ...this.#pool.counts };
    this.#storm.stepPast();
    this.#board.lastRound();
    this.#session.say("the last round: every call once more");
    await this.#pool.start();
    await this.#work(LAST_ROUND, () => this.#board.isEmpty && this.#pool.underWay === 0);
    const left = this.#pool.underWay;
    await Promise.all([this.#pool.killAll(), this.#approvers.killAll()]);
    if (left > 0) this.#session.say(`${left} calls were given up`);
    return { ...counts, ...this.#counts, ...this.#storm.counts };
  }

  async #work(longest: number, isDone: () => boolean): Promise<void> {
    const start = performance.now();
    let said = start;
    while (!isDone() && performance.now() < start + longest) {
      this.#handOut();
      await setTimeout(10);
      if (performance.now() < said + 10_000) continue;
      said = performance.now();
      this.#session.say(`${Math.round(this.#board.progress * 100)} % of the calls have their end`);
    }
  }

  #handOut(): void {
    for (;;) {
      const task = this.#board.next(performance.now());
      if (task === undefined) return;
      if (this.#pool.hand(task)) continue;
      this.#board.putBack(task);
      return;
    }
  }

  #done(task: Task, done: Done): "kill" | "go on" {
    this.#counts["attempts at calls"]++;
    this.#counts["appends that met another process"] += done.conflicts;
    this.#storm.hear(done.answer);
    this.#board.take(task, done, performance.now());
    const kills = !this.#storm.isOver && this.#random.chance(KILLED_AFTER_ANSWER);
    if (kills) this.#counts["killed right after an answer"]++;
    return kills ? "kill" : "go on";
  }
}
