/** `pnpm check`: everything but the tests. Builds, type-checks, lints, checks format and dead code, and tries the packed tarballs. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

interface Check {
  readonly name: string;
  readonly run: () => boolean;
}

/** Those that are published. */
const PACKAGES = readdirSync("packages").filter(
  (name) => !readFileSync(join("packages", name, "package.json"), "utf8").includes('"private": true'),
);

function command(...argv: readonly string[]): boolean {
  const [program = "", ...args] = argv;
  return spawnSync(program, args, { stdio: "inherit" }).status === 0;
}

/** Packs every package as it would be published and lets publint and attw read the tarballs. */
function packed(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-pack-"));
  try {
    const made = PACKAGES.every((name) =>
      command("pnpm", "--silent", "--dir", join("packages", name), "pack", "--pack-destination", folder),
    );
    const tarballs = readdirSync(folder).map((name) => join(folder, name));
    return made && tarballs.length === PACKAGES.length && tarballs.every(isPublishable);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isPublishable(tarball: string): boolean {
  // the command line has no types to look at
  const types = basename(tarball).startsWith("sallyport-0") || command("attw", tarball, "--profile", "esm-only", "--quiet");
  return command("publint", "run", tarball, "--strict") && types;
}

const CHECKS: readonly Check[] = [
  { name: "build", run: () => command("tsc", "-b") },
  { name: "types of tests and examples", run: () => command("tsc", "-p", "test") },
  { name: "lint", run: () => command("oxlint", "--type-aware", "--deny-warnings") },
  { name: "format", run: () => command("oxfmt", "--check") },
  { name: "dead code", run: () => command("knip") },
  { name: "generated docs", run: () => command("node", ".ci/docs.ts", "--check") },
  { name: "packed tarballs", run: packed },
];

const failed: string[] = [];
for (const { name, run } of CHECKS) {
  console.log(`\n── ${name}`);
  if (!run()) failed.push(name);
}
console.log(`\ncheck: ${failed.length === 0 ? "all fine" : `failed: ${failed.join(", ")}`}`);
process.exitCode = failed.length === 0 ? 0 : 1;
