/** The tests that mutants are run against, and which of them a mutant reaches. */
import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { InstrumenterContext, MutantCoverage } from "@stryker-mutator/api/core";
import { copying, type Copy } from "./modules.ts";
import { collect, type CollectedTest } from "./registry.ts";

/** All that is in one process and needs nothing but the engine. */
const FILES: readonly string[] = ["test/core/**/*.test.ts", "test/conformance/reference.test.ts", "test/redteam/evasions.test.ts"];
/** Detectors are not mutated; another engine is asked at random. */
const LEFT_OUT: readonly string[] = ["test/core/detect/**", "test/core/condition/differential/**"];

/** One test, or all of a file's at once from a fresh import. */
interface SuiteTest {
  readonly id: string;
  readonly file: string;
  readonly run: () => unknown;
}

/** A test file as it was imported first. */
export interface SuiteFile {
  readonly path: string;
  /** names the file with a digest of its text, so that a test of a changed file is another test */
  readonly id: string;
  readonly tests: readonly SuiteTest[];
}

/** The tests of a sandbox; mutants are switched in its global state. */
export interface Suite {
  readonly files: readonly SuiteFile[];
  /** the global state that instrumented code reads */
  readonly state: InstrumenterContext;
  readonly coverage: MutantCoverage;
  /** Imports the engine anew; resolves to the number of its copy. */
  readonly freshEngine: () => Promise<number>;
  /** Imports a test file anew, over a copy of the engine: 0 is the first. */
  readonly fresh: (file: SuiteFile, engine: number) => Promise<readonly CollectedTest[]>;
  /** The mutants that are met while the engine itself is imported. */
  readonly statics: ReadonlySet<string>;
  /** A mutant that is met while this test file is imported. */
  readonly isLoaded: (mutant: string, file: SuiteFile) => boolean;
}

/** Imports the engine and all tests of the sandbox. */
export async function openSuite(root: string, namespace: string): Promise<Suite> {
  const load = copying(root);
  const coverage: MutantCoverage = { static: {}, perTest: {} };
  const state: InstrumenterContext = { mutantCoverage: coverage };
  Reflect.set(globalThis, namespace, state);
  let copies = 0;
  const importEngine = async (engine: number) => {
    for (const path of globSync("packages/core/src/**/*.ts", { cwd: root }).toSorted((a, b) => (a < b ? -1 : 1))) {
      await load(join(root, path), { engine, test: 0 });
    }
  };
  const importTests = (path: string, copy: Copy) => collect(() => load(join(root, path), copy));

  await importEngine(0);
  const statics = new Set(Object.keys(coverage.static));
  const files: SuiteFile[] = [];
  for (const path of globSync(FILES, { cwd: root, exclude: LEFT_OUT }).toSorted((a, b) => (a < b ? -1 : 1))) {
    const digest = createHash("sha256")
      .update(readFileSync(join(root, path)))
      .digest("hex")
      .slice(0, 8);
    const id = `${path} ${digest}`;
    state.currentTestId = id;
    const tests = await importTests(path, { engine: 0, test: (copies += 1) });
    state.currentTestId = undefined;
    files.push({ path, id, tests: tests.map(({ name, run }) => ({ id: `${id} > ${name}`, file: path, run })) });
  }
  const loaded = new Map(files.map(({ id }) => [id, new Set(Object.keys(coverage.perTest[id] ?? {}))]));

  let engines = 0;
  return {
    files,
    state,
    coverage,
    freshEngine: async () => {
      await importEngine((engines += 1));
      return engines;
    },
    fresh: (file, engine) => importTests(file.path, { engine, test: (copies += 1) }),
    statics,
    isLoaded: (mutant, file) => loaded.get(file.id)?.has(mutant) === true,
  };
}
