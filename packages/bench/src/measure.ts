/** How long each round takes at least, so that the clock's steps do not show, in milliseconds. */
const ROUND = 40;

/** How many rounds are made; the median counts. */
const ROUNDS = 7;

/** CPU time of one run of a task, in microseconds: the median of several rounds, after one that nobody counts. */
export function timeOf(task: () => unknown): number {
  const times = runsIn(task);
  return medianOf(Array.from({ length: ROUNDS }, () => roundOf(task, times)));
}

/** The same for a task that is waited for. */
export async function timeOfAsync(task: () => Promise<unknown>, times: number): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await roundOfAsync(task, times));
  return medianOf(rounds);
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

/** How many bytes one thing holds on to, of so many that are made alike and kept; exact only where node was started with `--expose-gc`. */
export function bytesOf(make: () => unknown, copies: number): number {
  // what is made once and kept by all is no part of it
  const kept: unknown[] = [make()];
  const before = memoryInUse();
  while (kept.length <= copies) kept.push(make());
  const bytes = (memoryInUse() - before) / copies;
  // they must be alive until here
  return kept.length > copies ? bytes : 0;
}

/** Bytes that live now; exact only where node was started with `--expose-gc`. */
export function memoryInUse(): number {
  // the first one leaves what finalizers and weak maps still held
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** The one in the middle. */
export function medianOf(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0;
}

/** CPU time of a task that is waited for, run so many times, in microseconds a run. */
export async function roundOfAsync(task: () => Promise<unknown>, times: number): Promise<number> {
  const start = process.cpuUsage();
  for (let run = 0; run < times; run++) await task();
  return since(start) / times;
}

/** What something took, in microseconds: of CPU, and until it was done. */
export interface Spent {
  readonly cpu: number;
  readonly elapsed: number;
}

/** What a task takes. */
export async function spentOn(task: () => Promise<unknown>): Promise<Spent> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  await task();
  return { cpu: since(cpu), elapsed: (performance.now() - start) * 1_000 };
}

/** The same for one of so many things that a task does. */
export async function spentOnEach(task: () => Promise<unknown>, things: number): Promise<Spent> {
  const { cpu, elapsed } = await spentOn(task);
  return { cpu: cpu / things, elapsed: elapsed / things };
}

/** The medians of what rounds took. */
export function medianSpent(rounds: readonly Spent[]): Spent {
  return { cpu: medianOf(rounds.map(({ cpu }) => cpu)), elapsed: medianOf(rounds.map(({ elapsed }) => elapsed)) };
}

/** How many fit into a second of what takes so many microseconds. */
export function perSecond(micros: number): number {
  return 1_000_000 / micros;
}
