import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import type { Orders } from "./agent.ts";

/** One effect of a tool. */
interface Effect {
  readonly tool: string;
  readonly session: string;
  readonly idempotencyKey: string;
}

/** Sees effects outside of every process that may be killed. */
export interface Effects {
  readonly port: number;
  readonly all: readonly Effect[];
  /** how often a tool had its effect in a session */
  readonly count: (tool: string, session: string) => number;
  readonly close: () => void;
}

/** Starts the counter; each effect is answered with a number of its own. */
export async function countEffects(): Promise<Effects> {
  const all: Effect[] = [];
  const server = createServer((request, response) => {
    const [, tool = "", session = "", idempotencyKey = ""] = (request.url ?? "").split("/");
    response.end(`receipt ${all.push({ tool, session, idempotencyKey })}`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const count = (tool: string, session: string): number =>
    all.filter((effect) => effect.tool === tool && effect.session === session).length;
  return { port, all, count, close: () => server.close() };
}

/** Starts an app's process. */
export function start(orders: Orders): ChildProcess {
  return fork(join(import.meta.dirname, "agent.ts"), [JSON.stringify(orders)], {
    execArgv: ["--no-warnings"],
    env: { ...process.env, NODE_COMPILE_CACHE: join(orders.folder, "compiled") },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
}

/** Starts processes that then do the same at the same time. */
export async function startTogether(orders: Orders, times: number): Promise<readonly ChildProcess[]> {
  const children = Array.from({ length: times }, () => start({ ...orders, waits: true }));
  await Promise.all(children.map(async (child) => once(child, "message")));
  for (const child of children) child.send("go");
  return children;
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
