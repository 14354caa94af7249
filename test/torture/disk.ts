import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The disk that the store is on. */
export interface Disk {
  /** `mounted`: a small one of its own; `shared`: the machine's, which nobody fills up for a test */
  readonly kind: "mounted" | "shared";
  fill(): void;
  free(): void;
  /** only while no process has a file on it open for writing */
  makeReadOnly(): void;
  makeWritable(): void;
}

const ROOMY = "512m";
const PAGE = 4_096;

/** The arguments of `unshare` that run a command where it may mount disks of its own. */
export function insideNamespace(folder: string, command: readonly string[]): readonly string[] {
  const script = `mount -t tmpfs -o size=${ROOMY} tmpfs "$1" && shift && exec "$@"`;
  return ["-Urm", "sh", "-c", script, "sh", folder, ...command];
}

/** Whether disks can be mounted here, by whoever this is. */
export function canMount(folder: string): boolean {
  return spawnSync("unshare", insideNamespace(folder, ["mount", "-o", "remount,ro", folder])).status === 0;
}

/** A disk that is mounted at a folder: its size is changed under the processes that use it. */
export function mountedDisk(folder: string): Disk {
  return {
    kind: "mounted",
    fill: () => remount(folder, `size=${Math.max(PAGE, usedIn(folder))}`),
    free: () => remount(folder, `size=${ROOMY}`),
    makeReadOnly: () => remount(folder, "ro"),
    makeWritable: () => remount(folder, "rw"),
  };
}

/** The machine's own disk: what cannot be done to it is done to each process, or not at all. */
export function sharedDisk(): Disk {
  const nothing = (): void => undefined;
  return { kind: "shared", fill: nothing, free: nothing, makeReadOnly: nothing, makeWritable: nothing };
}

function usedIn(folder: string): number {
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).blocks * 512);
  return sizes.reduce((sum, size) => sum + size, 0);
}

function remount(folder: string, options: string): void {
  const { status, stderr } = spawnSync("mount", ["-o", `remount,${options}`, folder], { encoding: "utf8" });
  if (status !== 0) throw new Error(`\`${folder}\` cannot be remounted with \`${options}\`: ${stderr}`);
}
