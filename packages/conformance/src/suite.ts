import { mkdirSync } from "node:fs";
import { memoryStore, type ListableStore } from "@sallyport/core";
import { bareDriver } from "./bare.ts";
import type { Case } from "./case.ts";
import { compare } from "./compare.ts";
import type { Driver } from "./driver.ts";
import type { NormalRecord } from "./ledger.ts";
import { play } from "./play.ts";
import type { OpenStore } from "./stage.ts";

/** One case on one adapter. `excused`: it differs as the case says it does, and no more. */
export interface Cell {
  readonly case: string;
  readonly adapter: string;
  readonly status: "passed" | "excused" | "failed";
  /** what did not come out as it should, in words */
  readonly differences: readonly string[];
}

/** How cases are played. */
export interface PlayOptions {
  /** where records are kept; a store in memory where left out */
  readonly store?: OpenStore;
}

/** What the suite needs of a test framework; vitest's fit. */
export interface TestApi<Context> {
  readonly describe: (name: string, body: () => void) => void;
  readonly it: (name: string, test: (context: Context) => Promise<void>) => void;
}

/** How the suite's tests play cases. */
export interface SuiteOptions<Context> extends PlayOptions {
  /** gets each cell with what the test framework handed its test, for a matrix at the end */
  readonly onCell?: (cell: Cell, context: Context) => void;
}

/** Plays one case through one driver, and compares what came of it with what the case wants and with the reference. */
export async function playCase(driver: Driver, played: Case, options: PlayOptions = {}): Promise<Cell> {
  const excused = played.differs.has(driver.name);
  const differences = await differencesOf(driver, played, options);
  const status = differences.length > 0 ? "failed" : excused ? "excused" : "passed";
  return { case: played.name, adapter: driver.name, status, differences };
}

/**
 * Plays all cases through a driver, one after the other: the one function to call for an adapter of your own. Never
 * rejects for what the adapter does; a driver that throws fails its cell.
 *
 * @example
 * const cells = await playCases(myDriver, readCasesIn("cases"));
 * console.log(matrixOf(cells));
 */
export async function playCases(driver: Driver, cases: readonly Case[], options: PlayOptions = {}): Promise<readonly Cell[]> {
  const cells: Cell[] = [];
  for (const played of cases) cells.push(await playCase(driver, played, options));
  return cells;
}

/** Makes one test of each cell. */
export function conformanceSuite<Context>(
  driver: Driver,
  cases: readonly Case[],
  { describe, it }: TestApi<Context>,
  options: SuiteOptions<Context> = {},
): void {
  describe(`conformance of ${driver.name}`, () => {
    for (const played of cases) {
      it(played.name, async (context) => {
        const cell = await playCase(driver, played, options);
        options.onCell?.(cell, context);
        if (cell.status === "failed")
          throw new Error(`${played.file}:${played.at.line}: ${driver.name} does not conform\n- ${cell.differences.join("\n- ")}`);
      });
    }
  });
}

async function differencesOf(driver: Driver, played: Case, { store = keptInMemory() }: PlayOptions): Promise<readonly string[]> {
  try {
    const reference = driver === bareDriver ? undefined : await referenceOf(played);
    return compare(played, driver.name, await play(driver, played, store), reference);
  } catch (error) {
    return [`the driver threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
  }
}

async function referenceOf(played: Case): Promise<readonly NormalRecord[]> {
  return (await play(bareDriver, played, keptInMemory())).ledger;
}

/** One store a folder, which outlives the app's restarts. */
function keptInMemory(): OpenStore {
  const kept = new Map<string, ListableStore>();
  return (folder, clock) => {
    mkdirSync(folder, { recursive: true });
    const store = kept.get(folder) ?? memoryStore({ clock });
    kept.set(folder, store);
    return { store, close: async () => {} };
  };
}
