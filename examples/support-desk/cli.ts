import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** How a run of the command line ended. */
export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly pid: number;
}

/** Runs `sallyport` as a process of its own: it shares nothing with this one but the ledger's file. */
export function sallyport(...args: readonly string[]): Promise<CliRun> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program(), ...args], (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, stdout, stderr, pid: child.pid ?? 0 });
    });
  });
}

function program(): string {
  const file = fileURLToPath(import.meta.resolve("sallyport/package.json"));
  const { bin }: { bin: { sallyport: string } } = JSON.parse(readFileSync(file, "utf8"));
  return join(dirname(file), bin.sallyport);
}
