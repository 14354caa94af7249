import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import type { Orders } from "./agent.ts";

/** Counts effects outside of every process that may be killed. */
export interface Effects {
  readonly port: number;
  /** how often each `tool/session` had its effect */
  readonly counts: Map<string, number>;
  readonly close: () => void;
}

/** Starts the counter; each effect is answered with a number of its own. */
export async function countEffects(): Promise<Effects> {
  const counts = new Map<string, number>();
  let all = 0;
  const server = createServer((request, response) => {
    const [, tool, session] = (request.url ?? "").split("/");
    const name = `${tool}/${session}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    response.end(`receipt ${++all}`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { port, counts, close: () => server.close() };
}

/** Starts an app's process. */
export function start(orders: Orders): ChildProcess {
  return fork(join(import.meta.dirname, "agent.ts"), [JSON.stringify(orders)], {
    execArgv: ["--no-warnings"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly results: readonly unknown[];
}

/** Waits until a process has ended, with what it sent last. */
export async function ended(child: ChildProcess): Promise<Ended> {
  let results: readonly unknown[] = [];
  child.on("message", (message) => {
    if (Array.isArray(message)) results = message;
  });
  await once(child, "exit");
  return { code: child.exitCode, signal: child.signalCode, results };
}
