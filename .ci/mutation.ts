/** `pnpm mutation [--force] [FOLDER[/PATH]…]`: mutates folders of core, one after the other, and prints which share of the mutants the tests kill. */
import { mkdirSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { parseArgs } from "node:util";
import type { MutantResult, MutantStatus } from "@stryker-mutator/api/core";
import { Stryker } from "@stryker-mutator/core";

const FOLDERS: readonly string[] = ["ledger", "approval", "origin", "policy", "condition", "decide", "gate"];
/** what the tests that are run need none of */
const NOT_COPIED: readonly string[] = ["dist", "examples", ".demo", ".mutation", "packages/bench", "packages/sqlite"].concat(
  ["ai-sdk", "attack-matrix", "cli", "crash", "docs", "examples", "fuzz", "langchain", "mastra", "model"].map((name) => `test/${name}`),
  ["openai", "openai-agents", "sqlite", "torture"].map((name) => `test/${name}`),
);

/** Mutates a folder, or what is below a path in it; what is known of the rest of the folder is kept. */
async function mutate(path: string, force: boolean): Promise<readonly MutantResult[]> {
  const own = `.mutation/${folderOf(path)}`;
  mkdirSync(own, { recursive: true });
  return new Stryker({
    testRunner: "in-process",
    plugins: [`${import.meta.dirname}/mutation/runner.ts`],
    // Stryker's reader of tsconfig files ends on TypeScript 7; nothing here needs one
    tsconfigFile: "there-is-none.json",
    // the suite that every store runs is a test itself
    mutate: [`packages/core/src/${path}{.ts,/**/*.ts}`, "!packages/core/src/ledger/suite*.ts"],
    ignorePatterns: [...NOT_COPIED],
    tempDirName: `${own}/sandbox`,
    coverageAnalysis: "perTest",
    incremental: true,
    incrementalFile: `${own}/incremental.json`,
    force,
    // more than there are cores: some tests wait
    concurrency: Number(process.env["SALLYPORT_MUTATION_PROCESSES"] ?? 2),
    // the runner gives up long before
    timeoutMS: 45_000 * (process.env["SALLYPORT_LONG"] === "1" ? 20 : 1),
    timeoutFactor: 0,
    // every copy of a test file that a mutant asks for stays in memory
    maxTestRunnerReuse: 1000,
    reporters: ["progress-append-only"],
    allowConsoleColors: false,
  }).runMutationTest();
}

function folderOf(path: string): string {
  const [folder = ""] = path.split("/");
  return folder;
}

function counted(results: readonly MutantResult[], ...statuses: readonly MutantStatus[]): number {
  return results.filter(({ status }) => statuses.includes(status)).length;
}

/** A row of the table: what was not covered counts as survived. */
function rowOf(folder: string, results: readonly MutantResult[]): Record<string, string | number> {
  const killed = counted(results, "Killed", "Timeout");
  const survived = counted(results, "Survived", "NoCoverage");
  const score = ((killed / (killed + survived)) * 100).toFixed(1);
  return { folder, mutants: killed + survived, killed, survived, "score in %": score, ignored: counted(results, "Ignored") };
}

function survivorsOf(results: readonly MutantResult[]): string {
  return results
    .filter(({ status }) => status === "Survived" || status === "NoCoverage")
    .map(({ fileName, location, mutatorName, status, replacement }) => {
      const { line, column } = location.start;
      const place = `${relative(".", fileName)}:${line}:${column}-${location.end.line}:${location.end.column}`;
      return `${place} ${mutatorName}${status === "NoCoverage" ? " (never run)" : ""}: ${replacement.replaceAll(/\s+/gu, " ")}\n`;
    })
    .join("");
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { force: { type: "boolean", default: false } } });
const unknown = positionals.filter((path) => !FOLDERS.includes(folderOf(path)));
if (unknown.length > 0) throw new Error(`there is no \`${unknown.join("`, `")}\` to mutate, but ${FOLDERS.join(", ")}`);

const rows: Record<string, string | number>[] = [];
for (const path of positionals.length > 0 ? positionals : FOLDERS) {
  const results = await mutate(path, values.force);
  writeFileSync(`.mutation/${folderOf(path)}/survivors.txt`, survivorsOf(results));
  rows.push(rowOf(folderOf(path), results));
}
console.table(rows);
console.log("survivors: .mutation/FOLDER/survivors.txt");
