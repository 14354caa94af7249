/**
 * Stryker's test runner `in-process`: a mutant is switched on in the tests that reach it, one after the other, without starting
 * anything. Tests that met the mutant while they were imported are imported again; where the engine itself met it, so is the engine.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { INSTRUMENTER_CONSTANTS, type Mutant, type MutantCoverage } from "@stryker-mutator/api/core";
import { declareFactoryPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import {
  DryRunStatus,
  MutantRunStatus,
  TestStatus,
  type DryRunResult,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
} from "@stryker-mutator/api/test-runner";
import { openSuite, type Suite, type SuiteFile } from "./suite.ts";

/** what the initial run measured, for the processes that did not make it */
const TIMES_FILE = "mutation-times.txt";
const HITS_FILE = "mutation-hits.txt";
/** how long a test under a mutant may leave the process idle before it counts as hanging, in ms */
const PATIENCE = 1_500;
/** `SALLYPORT_LONG=1` gives every mutant twenty times as long */
const TIMES = process.env["SALLYPORT_LONG"] === "1" ? 20 : 1;
/** how much processor time tests that do not kill a mutant may take together, in ms; a mutant that is given up has survived */
const BUDGET = 400 * TIMES;
/** the same for a mutant that has a copy of the engine to itself, for which test files are imported again */
const STATIC_BUDGET = 4 * BUDGET;
/** the same on the clock, for tests that wait */
const WAIT = 6_000 * TIMES;
/** a test that takes longer without any mutant is not tried on one, in ms */
const SLOW = 600 * TIMES;
/** how often a test may reach a mutant, for each time that it reaches that code without it, and besides */
const MOST_HITS = { each: 10, besides: 200, atImport: 1_000_000 };

/** What may kill a mutant: a test, or a whole file of them. */
interface Unit {
  readonly id: string;
  /** the failure, or undefined */
  readonly fail: () => Promise<string | undefined>;
}

type Times = ReadonlyMap<string, number>;

/** A failure, or undefined. */
async function failureOf(run: () => unknown, patience: number): Promise<string | undefined> {
  try {
    const running = run();
    if (running instanceof Promise) await within(running, patience);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message || error.name : String(error);
  }
}

/** What leaves the process idle for so long hangs; the clock would also count what others do on this machine. */
async function within(running: Promise<unknown>, patience: number): Promise<void> {
  const before = performance.eventLoopUtilization();
  let timer: ReturnType<typeof setInterval> | undefined;
  const late = new Promise<never>((_, reject) => {
    const look = (): void => {
      if (performance.eventLoopUtilization(before).idle > patience) reject(new Error(`idle for ${patience} ms, and not done`));
    };
    timer = setInterval(look, 100);
  });
  try {
    await Promise.race([running, late]);
  } finally {
    clearInterval(timer);
  }
}

function ended(id: string, fileName: string, timeSpentMs: number): TestResult {
  return { id, name: id, fileName, timeSpentMs, status: TestStatus.Success };
}

/** Every test once, and each file as a whole: with what its mutants are looked up later. */
async function runAll(suite: Suite): Promise<DryRunResult> {
  const tests: TestResult[] = [];
  const failed = new Set<string>();
  for (const file of suite.files) {
    let whole = 0;
    for (const test of file.tests) {
      const [from, used] = [performance.now(), process.cpuUsage()];
      suite.state.currentTestId = test.id;
      const failure = await failureOf(test.run, 60_000);
      suite.state.currentTestId = undefined;
      const { user, system } = process.cpuUsage(used);
      // what waits is cheap, though not as cheap as what does not; the clock also counts what others do on this machine
      const spent = Math.max((user + system) / 1000, (performance.now() - from) / 5);
      if (failure !== undefined) {
        process.stderr.write(`left out, as it fails without any mutant: ${test.id}: ${failure}\n`);
        failed.add(test.id);
        continue;
      }
      whole += spent;
      tests.push(ended(test.id, test.file, spent));
    }
    tests.push(ended(file.id, file.path, whole));
  }
  writeFileSync(TIMES_FILE, tests.map(({ id, timeSpentMs }) => `${timeSpentMs} ${JSON.stringify(id)}\n`).join(""));
  const mutantCoverage = reachOf(suite, failed);
  const hits = Object.entries(mutantCoverage.perTest).map((entry) => `${JSON.stringify(entry)}\n`);
  writeFileSync(HITS_FILE, hits.join(""));
  return { status: DryRunStatus.Complete, tests, mutantCoverage };
}

function readTimes(): Times {
  const lines = readFileSync(TIMES_FILE, "utf8").split("\n").slice(0, -1);
  return new Map(lines.map((line) => [String(JSON.parse(line.slice(line.indexOf(" ")))), Number.parseFloat(line)]));
}

/** How often each test reaches each mutant. */
type Hits = ReadonlyMap<string, Readonly<Record<string, number>>>;

function readHits(): Hits {
  const lines = readFileSync(HITS_FILE, "utf8").split("\n").slice(0, -1);
  return new Map(lines.map((line): readonly [string, Readonly<Record<string, number>>] => JSON.parse(line)));
}

/**
 * Which tests reach which mutants. Where a mutant is met while a file is imported it is the file as a whole that reaches it, so
 * that nothing runs on values that were made without the mutant.
 */
function reachOf(suite: Suite, failed: ReadonlySet<string>): MutantCoverage {
  const { coverage } = suite;
  const perTest: MutantCoverage["perTest"] = {};
  const reach = (id: string, mutant: string, times: number) => {
    const reached = (perTest[id] ??= {});
    reached[mutant] = (reached[mutant] ?? 0) + times;
  };
  for (const file of suite.files) {
    for (const [mutant, times] of Object.entries(coverage.perTest[file.id] ?? {})) reach(file.id, mutant, times);
    for (const mutant of suite.statics) reach(file.id, mutant, coverage.static[mutant] ?? 0);
    for (const { id } of file.tests.filter((test) => !failed.has(test.id))) {
      for (const [mutant, times] of Object.entries(coverage.perTest[id] ?? {})) {
        const asWhole = suite.statics.has(mutant) || suite.isLoaded(mutant, file);
        reach(asWhole ? file.id : id, mutant, times);
      }
    }
  }
  return { static: {}, perTest };
}

class InProcessRunner implements TestRunner {
  private suite: Suite | undefined;
  private times: Times | undefined;
  private hits: Hits | undefined;

  capabilities(): { readonly reloadEnvironment: boolean } {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    // what a mutant leaves behind must not end the process that runs the next one
    process.on("unhandledRejection", () => {});
    process.on("uncaughtException", () => {});
    console.warn = () => {};
    console.info = () => {};
    this.suite = await openSuite(process.cwd(), INSTRUMENTER_CONSTANTS.NAMESPACE);
  }

  async dryRun(): Promise<DryRunResult> {
    if (this.suite === undefined) throw new Error("the runner was not initialised");
    return runAll(this.suite);
  }

  async mutantRun({ activeMutant, testFilter }: MutantRunOptions): Promise<MutantRunResult> {
    const { suite } = this;
    if (suite === undefined) throw new Error("the runner was not initialised");
    this.times ??= readTimes();
    this.hits ??= readHits();
    suite.state.activeMutant = activeMutant.id;
    try {
      return await this.#runUntilKilled(suite, activeMutant, new Set(testFilter));
    } finally {
      delete suite.state.activeMutant;
    }
  }

  async #runUntilKilled(suite: Suite, mutant: Mutant, wanted: ReadonlySet<string>): Promise<MutantRunResult> {
    let engine = 0;
    [suite.state.hitCount, suite.state.hitLimit] = [0, MOST_HITS.atImport];
    const failure = suite.statics.has(mutant.id)
      ? await failureOf(async () => (engine = await suite.freshEngine()), PATIENCE * 20)
      : undefined;
    const [broken] = wanted;
    if (failure !== undefined && broken !== undefined)
      return { status: MutantRunStatus.Killed, killedBy: [broken], failureMessage: failure, nrOfTests: 1 };
    const [from, used] = [performance.now(), process.cpuUsage()];
    let nrOfTests = 0;
    for (const { id, fail } of this.#unitsFor(suite, mutant.fileName, wanted, engine)) {
      const { user, system } = process.cpuUsage(used);
      if ((user + system) / 1000 > (engine === 0 ? BUDGET : STATIC_BUDGET) || performance.now() - from > WAIT) break;
      nrOfTests += 1;
      suite.state.hitCount = 0;
      suite.state.hitLimit = MOST_HITS.each * (this.hits?.get(id)?.[mutant.id] ?? 0) + MOST_HITS.besides;
      const failureMessage = await fail();
      if (suite.state.hitCount > suite.state.hitLimit) return { status: MutantRunStatus.Timeout, reason: `${id} does not end` };
      if (failureMessage !== undefined) return { status: MutantRunStatus.Killed, killedBy: [id], failureMessage, nrOfTests };
    }
    return { status: MutantRunStatus.Survived, nrOfTests };
  }

  /** What may kill a mutant, the likeliest and cheapest first: its own room's tests, those of core, the others. */
  #unitsFor(suite: Suite, mutated: string, wanted: ReadonlySet<string>, engine: number): readonly Unit[] {
    const [, room = ""] = /core\/src\/(\w+)\//u.exec(mutated) ?? [];
    const rank = (path: string) => (path.startsWith(`test/core/${room}/`) ? 0 : path.startsWith("test/core/") ? 1 : 2);
    const units = suite.files.flatMap((file) => {
      const tests = file.tests
        .filter(({ id }) => this.#timeOf(id) < SLOW)
        .map(({ id, run }) => ({ id, fail: () => failureOf(run, this.#patience(id)) }));
      const whole = { id: file.id, fail: () => this.#failureOfWhole(suite, file, engine) };
      const found: readonly Unit[] = [...tests, whole].filter(({ id }) => wanted.has(id));
      return found.map((unit) => ({ unit, rank: rank(file.path), time: this.#timeOf(unit.id) }));
    });
    return units.sort((a, b) => a.rank - b.rank || a.time - b.time).map(({ unit }) => unit);
  }

  async #failureOfWhole(suite: Suite, file: SuiteFile, engine: number): Promise<string | undefined> {
    let tests: Awaited<ReturnType<Suite["fresh"]>> = [];
    const failed = await failureOf(async () => {
      tests = await suite.fresh(file, engine);
      if (tests.length !== file.tests.length) throw new Error(`${tests.length} tests in place of ${file.tests.length}`);
    }, 30_000);
    if (failed !== undefined) return failed;
    const known = tests.map((test) => ({ ...test, id: `${file.id} > ${test.name}` }));
    const whole = known.filter(({ id }) => (this.times?.get(id) ?? Infinity) < SLOW);
    for (const { id, run } of whole.sort((a, b) => this.#timeOf(a.id) - this.#timeOf(b.id))) {
      const failure = await failureOf(run, this.#patience(id));
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  #timeOf(id: string): number {
    return this.times?.get(id) ?? 0;
  }

  #patience(id: string): number {
    return PATIENCE + 10 * this.#timeOf(id);
  }
}

/** What Stryker looks for in a plugin. */
export const strykerPlugins: readonly unknown[] = [declareFactoryPlugin(PluginKind.TestRunner, "in-process", () => new InProcessRunner())];
