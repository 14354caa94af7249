/**
 * `pnpm torture`: processes make calls on one store while everything around them breaks; then a fresh process audits what is on
 * record against what was seen by others. Prints the seed, what was exercised, and every violation; exits with 1 where there is one.
 *
 *   pnpm torture [--seed N] [--short] [--fault claim-without-position | unsynced-write | verdict-by-call-id]
 *
 * With a fault the run is a short one, unless `--form full` says otherwise.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Findings } from "./auditor.ts";
import { canMount, insideNamespace, mountedDisk, sharedDisk, type Disk } from "./disk.ts";
import { checkFault, FAULTS, isFault, type FaultName } from "./faults.ts";
import { FORMS, isFormName, type FormName } from "./form.ts";
import { missing, report, SKIPPED_ON_SHARED } from "./report.ts";
import { torture, type Counts } from "./run.ts";

/** What this program was asked for. */
interface Options {
  readonly seed: number;
  readonly form: FormName;
  readonly fault: FaultName | undefined;
}

function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: { seed: { type: "string" }, short: { type: "boolean" }, form: { type: "string" }, fault: { type: "string" } },
  });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  if (!Number.isSafeInteger(seed)) fail(`\`--seed\` is a whole number, not \`${values.seed}\``);
  // a fault shows in seconds, and what it breaks may keep a long run from its end
  const isShort = values.short === true || values.fault !== undefined;
  const form = values.form ?? (isShort ? "short" : "full");
  if (!isFormName(form)) return fail(`\`--form\` is one of ${Object.keys(FORMS).join(", ")}, not \`${form}\``);
  const fault = values.fault;
  if (fault !== undefined && !isFault(fault)) return fail(`\`--fault\` is one of ${FAULTS.join(", ")}, not \`${fault}\``);
  return { seed, form, fault };
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The folder of the run, where its disk is mounted already; undefined: it is still to be made. */
const MOUNTED = "TORTURE_FOLDER";

/** Starts this program once more, where it has a small disk of its own for the store. */
function startOnOwnDisk({ seed, form, fault }: Options): number {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-torture-"));
  const store = join(folder, "store");
  mkdirSync(store);
  if (!canMount(store)) {
    rmSync(folder, { recursive: true });
    return Number.NaN;
  }
  const args = ["--seed", String(seed), "--form", form, ...(fault === undefined ? [] : ["--fault", fault])];
  const command = [process.execPath, "--no-warnings", import.meta.filename, ...args];
  const { status } = spawnSync("unshare", insideNamespace(store, command), {
    stdio: "inherit",
    env: { ...process.env, [MOUNTED]: folder },
  });
  if (status === 0 || fault !== undefined) rmSync(folder, { recursive: true });
  return status ?? 1;
}

function audit(folder: string): Findings {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--no-warnings", join(import.meta.dirname, "auditor.ts"), join(folder, "store", "app.db"), join(folder, "logs")],
    { encoding: "utf8", maxBuffer: 2 ** 30 },
  );
  if (status !== 0) throw new Error(`the auditor failed: ${stderr}`);
  return JSON.parse(stdout);
}

async function run(options: Options, folder: string, disk: Disk): Promise<number> {
  const { seed, form, fault } = options;
  const counts: Counts = await torture({ seed, fault, folder, disk, say, form: FORMS[form] });
  say("the audit");
  const { exercised, violations } = audit(folder);
  const all = { ...counts, ...exercised };
  const skipped = disk.kind === "shared" ? SKIPPED_ON_SHARED : [];
  const never = missing(form, all, skipped);
  console.log(report(all, violations, never, skipped));
  const isFine = violations.length === 0 && never.length === 0;
  if (isFine) return 0;
  say(`repeat with --seed ${seed}`);
  if (fault !== undefined) return 1;
  // the disk that the store is on ends with its namespace
  cpSync(join(folder, "store"), join(folder, "records"), { recursive: true });
  say(`the logs and the records are kept in ${folder}`);
  return 1;
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  const mounted = process.env[MOUNTED];
  if (mounted === undefined) {
    console.log(`seed ${options.seed}`);
    if (options.fault !== undefined) checkFault(options.fault);
    const status = startOnOwnDisk(options);
    if (!Number.isNaN(status)) return status;
    say("no disk can be mounted here (`unshare -Urm`): that it becomes read-only is skipped, and it fills up for each process apart");
  }
  if (mounted !== undefined) return run(options, mounted, mountedDisk(join(mounted, "store")));
  const folder = mkdtempSync(join(tmpdir(), "sallyport-torture-"));
  mkdirSync(join(folder, "store"));
  const status = await run(options, folder, sharedDisk());
  if (status === 0 || options.fault !== undefined) rmSync(folder, { recursive: true });
  return status;
}

process.exit(await main());
