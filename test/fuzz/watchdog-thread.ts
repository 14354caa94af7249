import { writeFileSync, writeSync } from "node:fs";
import process from "node:process";
import { workerData } from "node:worker_threads";
import { Pulse, type Shared } from "./pulse.ts";

/** Far beyond what any input of a test takes, on any machine. */
const PATIENCE = 30_000;

const { memory, target, file }: Shared = workerData;
const pulse = new Pulse(memory);
for (;;) {
  const input = pulse.hanging(PATIENCE);
  if (input === undefined) continue;
  writeFileSync(file, input);
  writeSync(2, `\n${target} hangs on an input of ${input.length} bytes: ${file}\n`);
  process.kill(process.pid, "SIGKILL");
}
