/** How long each round takes at least, so that the clock's steps do not show, in milliseconds. */
const ROUND = 40;

/** How many rounds are made; the median counts. */
const ROUNDS = 7;

/** CPU time of one run of a task, in microseconds: the median of several rounds, after one that nobody counts. */
export function timeOf(task: () => unknown): number {
  const times = runsIn(task);
  const rounds = Array.from({ length: ROUNDS }, () => roundOf(task, times));
  return rounds.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0;
}

/** The same for a task that is waited for. */
export async function timeOfAsync(task: () => Promise<unknown>, times: number): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage();
    for (let run = 0; run < times; run++) await task();
    rounds.push(since(start) / times);
  }
  return rounds.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0;
}

/** How often a task runs in a round; the runs that find this out warm it up. */
function runsIn(task: () => unknown): number {
  for (let times = 1; ; times *= 2) if (roundOf(task, times) * times >= ROUND * 1_000) return times;
}

function roundOf(task: () => unknown, times: number): number {
  const start = process.cpuUsage();
  for (let run = 0; run < times; run++) task();
  return since(start) / times;
}

function since(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

/** The heap and array buffers that are in use, in bytes; exact only where node was started with `--expose-gc`. */
export function memoryInUse(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
