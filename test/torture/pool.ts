import type { ChildProcess } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import type { Done, Orders, Place, Task } from "./messages.ts";
import type { FaultName } from "./faults.ts";
import { kill, startProgram } from "./processes.ts";

/** how many calls a worker makes at once */
const SLOTS = 4;

/** One worker's place, and the process that fills it now. */
interface Seat {
  readonly name: string;
  generation: number;
  child: ChildProcess | undefined;
  /** whether the place is to be filled again when its process ends */
  open: boolean;
  filling: Promise<void>;
  stopped: boolean;
  readonly tasks: Map<number, Task>;
}

/** What somebody has to know of what happens in a pool. */
export interface Watching {
  /** an answer came; whether its process is to be killed at once */
  readonly onDone: (task: Task, done: Done) => "kill" | "go on";
  /** a process ended, by whatever killed it, with these calls under way */
  readonly onDeath: (tasks: readonly Task[]) => void;
}

/** The workers: as many processes as there are places, each started again when it was killed. */
export class Pool {
  readonly #place: Place;
  readonly #fault: FaultName | undefined;
  readonly #watching: Watching;
  readonly #seats: readonly Seat[];
  #disk: Orders["disk"];
  readonly counts = { "processes killed with calls under way": 0, "calls made by several processes at once": 0 };

  constructor(place: Place, size: number, fault: FaultName | undefined, watching: Watching) {
    this.#place = place;
    this.#fault = fault;
    this.#watching = watching;
    this.#seats = Array.from({ length: size }, (_, index) => ({
      name: `w${index + 1}`,
      generation: 0,
      child: undefined,
      open: false,
      filling: Promise.resolve(),
      stopped: false,
      tasks: new Map<number, Task>(),
    }));
  }

  /** Fills every place. `disk`: what the processes find, from now on. */
  async start(disk?: Orders["disk"]): Promise<void> {
    this.#disk = disk;
    await Promise.all(
      this.#seats.map(async (seat) => {
        seat.open = true;
        await (seat.filling = this.#fill(seat));
      }),
    );
  }

  /** Kills every process at the same moment, and leaves the places empty. */
  async killAll(): Promise<void> {
    for (const seat of this.#seats) seat.open = false;
    await Promise.all(this.#seats.map((seat) => this.kill(seat)));
    // one that was just being started comes too late, and ends as well
    await Promise.all(this.#seats.map(({ filling }) => filling));
  }

  /** The processes that have calls under way. */
  busy(): readonly Seat[] {
    return this.#seats.filter(({ child, tasks, stopped }) => child?.connected === true && tasks.size > 0 && !stopped);
  }

  /** How many calls are under way. */
  get underWay(): number {
    return this.#seats.reduce((sum, { tasks }) => sum + tasks.size, 0);
  }

  /** Hands a call to a process that has time for it, and does not make the same call already unless it is the only one; false: none has. */
  hand(task: Task): boolean {
    const free = this.#seats.filter(({ child, tasks, stopped }) => child?.connected === true && tasks.size < SLOTS && !stopped);
    const others = free.filter((seat) => !makes(seat, task));
    const [seat] = (others.length > 0 ? others : free).sort((a, b) => a.tasks.size - b.tasks.size);
    if (seat?.child === undefined) return false;
    if (this.#seats.some((other) => other !== seat && makes(other, task))) this.counts["calls made by several processes at once"]++;
    seat.tasks.set(task.number, task);
    seat.child.send(task);
    return true;
  }

  /** Kills one process. */
  async kill({ child }: Seat): Promise<void> {
    if (child !== undefined) await kill(child);
  }

  /** Stops a process where it is; resolves to what it had under way. */
  stop(seat: Seat): readonly Task[] {
    seat.stopped = true;
    seat.child?.kill("SIGSTOP");
    return [...seat.tasks.values()];
  }

  /** Lets a stopped process go on, as if nothing had been. */
  goOn(seat: Seat): void {
    seat.stopped = false;
    seat.child?.kill("SIGCONT");
  }

  async #fill(seat: Seat): Promise<void> {
    const orders: Orders = {
      ...this.#place,
      name: `${seat.name}.${++seat.generation}`,
      ...(this.#fault === undefined ? {} : { fault: this.#fault }),
      ...(this.#disk === undefined ? {} : { disk: this.#disk }),
    };
    const faulty = this.#fault === undefined ? {} : { imports: "fault-loader.ts", env: { TORTURE_FAULT: this.#fault } };
    let child: ChildProcess | undefined;
    while (child === undefined && seat.open) child = await this.#start(orders, faulty);
    if (child === undefined) return;
    seat.child = child;
    seat.stopped = false;
    child.on("message", (done: Done) => this.#done(seat, done));
    child.once("exit", () => this.#left(seat));
    // what is sent to one that was just killed is given back when it is gone
    child.on("error", () => undefined);
    if (!seat.open) await kill(child);
  }

  /** A full or read-only disk may not let a process start: then there is another attempt. */
  async #start(orders: Orders, options: Parameters<typeof startProgram>[2]): Promise<ChildProcess | undefined> {
    const child = await startProgram("worker.ts", [JSON.stringify(orders)], options);
    if (child === undefined) await setTimeout(200);
    return child;
  }

  #done(seat: Seat, done: Done): void {
    const task = seat.tasks.get(done.task);
    seat.tasks.delete(done.task);
    if (task !== undefined && this.#watching.onDone(task, done) === "kill") seat.child?.kill("SIGKILL");
  }

  #left(seat: Seat): void {
    const tasks = [...seat.tasks.values()];
    if (tasks.length > 0) this.counts["processes killed with calls under way"]++;
    seat.tasks.clear();
    seat.child = undefined;
    this.#watching.onDeath(tasks);
    if (seat.open) seat.filling = this.#fill(seat);
  }
}

/** Whether a process makes the same call, in whatever guise. */
function makes({ tasks }: Seat, { call }: Task): boolean {
  return [...tasks.values()].some((task) => task.call === call);
}
