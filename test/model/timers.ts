import type fc from "fast-check";
import { vi } from "vitest";

/** How often whoever waits may look without anybody writing until nothing more can be expected to come. */
const LOOKS = { alone: 3, racing: 100 };

/** Whose turn it is: alone everything goes on at once, in a race the scheduler says what is next, timers included. */
export class Timers {
  #scheduler: fc.Scheduler | undefined;
  #waiting = new AbortController();
  #looks = 0;
  #writing = 0;

  constructor() {
    vi.stubGlobal("setTimeout", (run: () => void) => {
      void this.#pass(run);
      return 0;
    });
    // claims are not renewed: a process may be suspended for any time
    vi.stubGlobal("setInterval", () => 0);
  }

  /** Gives the real ones back. */
  end(): void {
    vi.unstubAllGlobals();
  }

  /** Aborts where nothing more comes of waiting. */
  patience(): AbortSignal {
    return this.#waiting.signal;
  }

  /** Resolves when it is the caller's turn. */
  readonly turn = async (what: string): Promise<void> => {
    if (what === "append") {
      this.#writing += 1;
      this.#looks = 0;
    }
    if (what === "appended") this.#writing -= 1;
    await this.#scheduler?.schedule(Promise.resolve(), what);
  };

  /** Runs these at the same time until all are done. */
  async race<T>(scheduler: fc.Scheduler | undefined, start: () => readonly Promise<T>[]): Promise<readonly T[]> {
    this.#scheduler = scheduler;
    this.#waiting = new AbortController();
    this.#looks = 0;
    this.#writing = 0;
    try {
      const all = Promise.all(start());
      return await (scheduler === undefined ? all : scheduler.waitFor(all));
    } finally {
      this.#scheduler = undefined;
    }
  }

  async #pass(run: () => void): Promise<void> {
    // lets a store go on that does its work elsewhere
    await new Promise(setImmediate);
    await this.turn("timer");
    if (this.#writing === 0) this.#looks += 1;
    if (this.#looks > (this.#scheduler === undefined ? LOOKS.alone : LOOKS.racing)) this.#waiting.abort();
    run();
  }
}
