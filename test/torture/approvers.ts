import type { ChildProcess } from "node:child_process";
import type { Orders, Place, Resolved } from "./messages.ts";
import { kill, startProgram } from "./processes.ts";
import type { Random } from "./random.ts";

/** The processes of approvers, each started again when it was killed. */
export class Approvers {
  readonly #place: Place;
  readonly #size: number;
  readonly #onResolved: (resolved: Resolved) => void;
  readonly #children = new Map<string, ChildProcess>();
  #generation = 0;
  // one thing after the other, so that nobody is just being started when all are killed
  #turn: Promise<unknown> = Promise.resolve();

  constructor(place: Place, size: number, onResolved: (resolved: Resolved) => void) {
    this.#place = place;
    this.#size = size;
    this.#onResolved = onResolved;
  }

  /** Starts those that do not run. */
  start(): Promise<unknown> {
    const names = Array.from({ length: this.#size }, (_, index) => `a${index + 1}`);
    return this.#next(() => Promise.all(names.filter((name) => !this.#children.has(name)).map((name) => this.#start(name))));
  }

  /** Kills one of them, and lets it start again. */
  killOne(random: Random): Promise<unknown> {
    return this.#next(async () => {
      const name = random.oneOf([...this.#children.keys()]);
      await this.#kill(name);
      if (name !== undefined) await this.#start(name);
    });
  }

  /** Kills them all. */
  killAll(): Promise<unknown> {
    return this.#next(() => Promise.all([...this.#children.keys()].map((name) => this.#kill(name))));
  }

  #next(task: () => Promise<unknown>): Promise<unknown> {
    this.#turn = this.#turn.then(task);
    return this.#turn;
  }

  async #kill(name: string | undefined): Promise<void> {
    const child = name === undefined ? undefined : this.#children.get(name);
    if (name === undefined || child === undefined) return;
    this.#children.delete(name);
    await kill(child);
  }

  async #start(name: string): Promise<void> {
    const orders: Orders = { ...this.#place, name: `${name}.${++this.#generation}` };
    const child = await startProgram("approver.ts", [JSON.stringify(orders)]);
    if (child === undefined) return;
    this.#children.set(name, child);
    child.on("message", this.#onResolved);
  }
}
