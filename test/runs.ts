/**
 * How long tests run that try random input: short in `pnpm test`, and fifty times as long under `SALLYPORT_LONG=1`.
 * `SALLYPORT_SEED=n` repeats a run; every suite prints its seed.
 */

const TIMES = process.env["SALLYPORT_LONG"] === "1" ? 50 : 1;
const SEED = seedFrom(process.env["SALLYPORT_SEED"]);

console.info(`seed ${SEED}: repeat with SALLYPORT_SEED=${SEED}`);

/** The parameters of a fast-check property that is tried `short` times in the short form. */
export function runs(short: number): { readonly numRuns: number; readonly seed: number } {
  return { numRuns: short * TIMES, seed: SEED };
}

/** The timeout of a test that should be done within `short` milliseconds in the short form. */
export function within(short: number): number {
  return short * TIMES;
}

function seedFrom(given: string | undefined): number {
  const seed = Number(given);
  if (given === undefined || given === "") return Math.floor(Math.random() * 2 ** 31);
  if (!Number.isSafeInteger(seed)) throw new Error(`\`SALLYPORT_SEED\` has to be a whole number, not \`${given}\``);
  return seed | 0;
}
