import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** Starts one of the programs beside this file, and waits until it says that it is ready; undefined: it ended before. */
export async function startProgram(
  program: string,
  args: readonly string[],
  options: { readonly imports?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<ChildProcess | undefined> {
  const child = fork(join(import.meta.dirname, program), args, {
    execArgv: ["--no-warnings", ...(options.imports === undefined ? [] : ["--import", join(import.meta.dirname, options.imports)])],
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = new AbortController();
  child.once("exit", () => ended.abort());
  try {
    await once(child, "message", { signal: ended.signal });
    return child;
  } catch {
    return undefined;
  }
}

/** Kills a process as a power failure would, and waits until it is gone. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}
