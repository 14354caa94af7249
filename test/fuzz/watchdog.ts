import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll } from "vitest";
import { Pulse, type Shared } from "./pulse.ts";

/** Watches one kind of work: `watch` is told of each input before it is worked on. */
export interface Watchdog {
  watch<T>(input: string, work: () => T): T;
  watchAsync<T>(input: string, work: () => Promise<T>): Promise<T>;
}

/**
 * A watchdog for the tests of a file. No test can be stopped from within that hangs on an input: a thread beside it sees that
 * it does, leaves the input in a file, says where, and ends the process.
 */
export function watchdog(target: string): Watchdog {
  const file = join(mkdtempSync(join(tmpdir(), "sallyport-fuzz-")), "hanging-input");
  const shared: Shared = { memory: new SharedArrayBuffer(Pulse.bytes), target, file };
  const pulse = new Pulse(shared.memory);
  const worker = new Worker(new URL("watchdog-thread.ts", import.meta.url), { workerData: shared, execArgv: ["--no-warnings"] });
  worker.unref();
  afterAll(() => worker.terminate());
  return {
    watch: (input, work) => {
      pulse.begin(input);
      try {
        return work();
      } finally {
        pulse.end();
      }
    },
    watchAsync: async (input, work) => {
      pulse.begin(input);
      try {
        return await work();
      } finally {
        pulse.end();
      }
    },
  };
}
