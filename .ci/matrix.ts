/**
 * `pnpm matrix`: the corpus on the oldest and the newest version of each framework that its adapter says it supports. Each
 * column is a copy of this checkout with its own install, so nothing here changes. `pnpm matrix oldest` plays one of them,
 * `pnpm matrix oldest test/ai-sdk` other tests.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ADAPTERS = ["ai-sdk", "langchain", "mastra", "openai"];

/** What the tests install beside a framework and has to be as old as it is. */
const COMPANIONS = {
  oldest: { "@langchain/langgraph-checkpoint-sqlite": "1.0.0", "@mastra/libsql": "1.23.1", "@mastra/mcp": "2.0.0" },
  newest: { "@langchain/langgraph-checkpoint-sqlite": "^1", "@mastra/libsql": "^1", "@mastra/mcp": "*" },
} as const;

type Column = keyof typeof COMPANIONS;

/** The peer ranges of the adapters: their lower ends are the oldest versions. */
function frameworks(column: Column): Readonly<Record<string, string>> {
  const peers = ADAPTERS.flatMap((name) => {
    const manifest: { peerDependencies: Record<string, string> } = JSON.parse(readFileSync(join("packages", name, "package.json"), "utf8"));
    return Object.entries(manifest.peerDependencies);
  });
  return Object.fromEntries(peers.map(([name, range]) => [name, column === "oldest" ? lowerEnd(range) : range]));
}

function lowerEnd(range: string): string {
  const version = /\d+\.\d+\.\d+/.exec(range)?.[0];
  if (version === undefined) throw new Error(`\`${range}\` names no oldest version; write it as ^1.2.3`);
  return version;
}

/** Copies what is, or could be, committed. */
function copyCheckout(folder: string): void {
  const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"], {
    encoding: "utf8",
  });
  for (const file of files.split("\0").filter((name) => name !== "" && name !== "pnpm-lock.yaml")) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(file, join(folder, file));
  }
}

function pnpm(folder: string, ...args: readonly string[]): boolean {
  return spawnSync("npx", ["-y", "pnpm@12.21.0", ...args], { cwd: folder, stdio: "inherit" }).status === 0;
}

function play(column: Column, tests: string): { readonly versions: readonly string[]; readonly passes: boolean } {
  const folder = mkdtempSync(join(tmpdir(), `sallyport-${column}-`));
  try {
    copyCheckout(folder);
    const wanted = { ...frameworks(column), ...COMPANIONS[column] };
    const overrides = Object.entries(wanted).map(([name, version]) => `  ${JSON.stringify(name)}: ${JSON.stringify(version)}\n`);
    writeFileSync(join(folder, "pnpm-workspace.yaml"), `${readFileSync("pnpm-workspace.yaml", "utf8")}overrides:\n${overrides.join("")}`);
    const installed = pnpm(folder, "install", "--no-frozen-lockfile", "--silent");
    const versions = Object.keys(wanted).map((name) => `${name}@${installed ? versionOf(folder, name) : "?"}`);
    return { versions, passes: installed && pnpm(folder, "exec", "vitest", "run", tests) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function versionOf(folder: string, name: string): string {
  const places = [".", "examples/langgraph"].map((place) => join(folder, place, "node_modules", name, "package.json"));
  const manifest: { version: string } = JSON.parse(readFileSync(places.find((place) => existsSync(place)) ?? name, "utf8"));
  return manifest.version;
}

const COLUMNS: readonly Column[] = ["oldest", "newest"];
const [, , only, tests = "test/conformance"] = process.argv;
const played = COLUMNS.filter((column) => only === undefined || column === only).map((column) => ({ column, ...play(column, tests) }));
if (played.length === 0) throw new Error(`\`${only}\` is neither ${COLUMNS.join(" nor ")}`);
for (const { column, versions, passes } of played) console.log(`${passes ? "✓" : "✗"} ${column}: ${versions.join(", ")}`);
process.exitCode = played.every(({ passes }) => passes) ? 0 : 1;
