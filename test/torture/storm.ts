import { setTimeout } from "node:timers/promises";
import type { Approvers } from "./approvers.ts";
import { stepClock } from "./clock.ts";
import type { Disk } from "./disk.ts";
import type { Form } from "./form.ts";
import type { Answer, Task } from "./messages.ts";
import type { Pool } from "./pool.ts";
import { kill, startProgram } from "./processes.ts";
import type { Random } from "./random.ts";

/** What the storm breaks. */
export interface Victims {
  readonly form: Form;
  readonly pool: Pool;
  readonly approvers: Approvers;
  readonly disk: Disk;
  readonly store: string;
  readonly clock: string;
  readonly random: Random;
  /** Has calls made by others that a stopped process does not come back with. */
  readonly duplicate: (tasks: readonly Task[]) => void;
  /** Says what happens now. */
  readonly say: (text: string) => void;
}

type Havoc = "fill" | "read-only" | "hang" | "long hang" | "stop";

const HOUR = 3_600_000;

/** how many answers there are at least between two that are killed */
const ANSWERS = 15;

/** Everything that goes wrong around the gate, in an order that the seed gives. */
export class Storm {
  readonly #victims: Victims;
  readonly #schedule: { readonly at: number; readonly havoc: Havoc }[];
  /** how often the store's faults were answered with */
  readonly #denied = { full: 0, readOnly: 0, locked: 0 };
  #heard = 0;
  #base = 0;
  #ahead = 0;
  #over = false;
  /** while whole disks break, nothing else does */
  #calm = false;
  readonly counts = {
    "processes killed together": 0,
    "approvers killed": 0,
    "steps of the clock, forward": 0,
    "steps of the clock, back": 0,
    "disks filled": 0,
    "disks made read-only": 0,
    "stores that hung": 0,
    "processes stopped past their lease": 0,
  };

  constructor(victims: Victims) {
    this.#victims = victims;
    this.#schedule = schedule(victims.form);
  }

  /** Whether it was ended. */
  get isOver(): boolean {
    return this.#over;
  }

  /** Whether everything that was to break has broken. */
  get isDone(): boolean {
    return this.#schedule.length === 0;
  }

  /** Rages until it is ended. `progress`: how much of the calls has come to an end. */
  async rage(progress: () => number): Promise<void> {
    await Promise.all([this.#kills(), this.#steps(), this.#havoc(progress)]);
  }

  /** Ends the storm: it breaks nothing new. */
  end(): void {
    this.#over = true;
  }

  /** Takes note of an answer. */
  hear({ status, reason }: Answer): void {
    this.#heard++;
    if (status !== "denied") return;
    if (reason.includes("the disk is full")) this.#denied.full++;
    if (reason.includes("it is read-only")) this.#denied.readOnly++;
    if (reason.includes("locked by another process")) this.#denied.locked++;
  }

  /** Steps the clock past everything that waits for it. */
  stepPast(): void {
    this.#step(this.#base + 60 * HOUR);
  }

  async #kills(): Promise<void> {
    const { pool, approvers, random } = this.#victims;
    for (let before = 0; !this.#over; before = this.#heard) {
      // on a machine that is slow, or has others to serve, processes would else be killed before they do anything
      await Promise.all([setTimeout(random.between(400, 1_400)), this.#until(10_000, () => this.#over || this.#heard >= before + ANSWERS)]);
      if (this.#calm || this.#over) continue;
      const seat = random.oneOf(pool.busy());
      if (seat !== undefined) await pool.kill(seat);
      if (!random.chance(0.2) || this.#calm) continue;
      this.counts["approvers killed"]++;
      await approvers.killOne(random);
    }
  }

  async #steps(): Promise<void> {
    const { random } = this.#victims;
    while (!this.#over) {
      await setTimeout(random.between(1_200, 3_600));
      // on the whole forward, or what waits for a lease would wait for ever
      this.#base += random.between(0, 2 * HOUR);
      this.#step(this.#base + random.between(-5 * HOUR, 5 * HOUR));
    }
  }

  #step(ahead: number): void {
    this.counts[ahead > this.#ahead ? "steps of the clock, forward" : "steps of the clock, back"]++;
    this.#ahead = ahead;
    stepClock(this.#victims.clock, ahead);
  }

  async #havoc(progress: () => number): Promise<void> {
    while (!this.#over) {
      const [next] = this.#schedule;
      if (next !== undefined && progress() >= next.at) {
        this.#victims.say(next.havoc);
        await this.#break(next.havoc);
        this.#schedule.shift();
      }
      await setTimeout(20);
    }
  }

  async #break(havoc: Havoc): Promise<void> {
    switch (havoc) {
      case "fill":
        return this.#fill();
      case "read-only":
        return this.#readOnly();
      case "hang":
        return this.#hang(2_000, () => false);
      case "long hang": {
        const before = this.#denied.locked;
        return this.#hang(20_000, () => this.#denied.locked >= before + 3);
      }
      case "stop":
        return this.#stop();
    }
  }

  async #fill(): Promise<void> {
    const { disk, pool } = this.#victims;
    const before = this.#denied.full;
    this.#calm = true;
    if (disk.kind === "shared") {
      // no page is left in the file as each process sees it
      await pool.killAll();
      await pool.start("full");
    } else disk.fill();
    await this.#until(15_000, () => this.#denied.full >= before + 8);
    disk.free();
    if (disk.kind === "shared") {
      await pool.killAll();
      await pool.start();
    }
    this.#calm = false;
    this.counts["disks filled"]++;
  }

  async #readOnly(): Promise<void> {
    const { disk, pool, approvers } = this.#victims;
    if (disk.kind === "shared") return;
    const before = this.#denied.readOnly;
    this.#calm = true;
    await this.#killTogether();
    disk.makeReadOnly();
    await pool.start();
    await this.#until(15_000, () => this.#denied.readOnly >= before + 8);
    await this.#killTogether();
    disk.makeWritable();
    await Promise.all([pool.start(), approvers.start()]);
    this.#calm = false;
    this.counts["disks made read-only"]++;
  }

  async #killTogether(): Promise<void> {
    const { pool, approvers } = this.#victims;
    await Promise.all([pool.killAll(), approvers.killAll()]);
    this.counts["processes killed together"]++;
  }

  async #hang(longest: number, isEnough: () => boolean): Promise<void> {
    const hog = await startProgram("hog.ts", [this.#victims.store]);
    if (hog === undefined) return;
    await this.#until(longest, isEnough);
    await kill(hog);
    this.counts["stores that hung"]++;
  }

  async #stop(): Promise<void> {
    const { pool, random, duplicate } = this.#victims;
    let seat = random.oneOf(pool.busy());
    for (; seat === undefined && !this.#over; seat = random.oneOf(pool.busy())) await setTimeout(20);
    if (seat === undefined) return;
    const tasks = pool.stop(seat);
    this.#base += 5 * 60_000;
    this.#step(this.#ahead + 5 * 60_000);
    duplicate(tasks);
    await setTimeout(random.between(1_000, 2_000));
    pool.goOn(seat);
    this.counts["processes stopped past their lease"]++;
  }

  async #until(longest: number, isEnough: () => boolean): Promise<void> {
    const end = performance.now() + longest;
    while (performance.now() < end && !isEnough()) await setTimeout(20);
  }
}

/** What breaks when, by how much of the calls has come to an end. */
function schedule({ disk, hangs, stops }: Form): { readonly at: number; readonly havoc: Havoc }[] {
  const spread = (havoc: Havoc, times: number, from: number): { readonly at: number; readonly havoc: Havoc }[] =>
    Array.from({ length: times }, (_, index) => ({ at: 0.85 * ((index + from) / Math.max(times, 1)), havoc }));
  const all = [
    ...spread("stop", stops, 0.1),
    ...spread("fill", disk, 0.3),
    ...spread("read-only", disk, 0.7),
    ...spread("hang", hangs, 0.5),
    ...spread("long hang", hangs > 1 ? 1 : 0, 0.6),
  ];
  return all.sort((a, b) => a.at - b.at);
}
