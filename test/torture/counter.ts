/**
 * Counts the effects of tools: a process that knows nothing of the gate, keeps a log of its own, and is never killed. Each
 * effect comes as a line on its socket, and is answered with a receipt once it is on the disk.
 */
import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { Log } from "./log.ts";
import type { Effect } from "./messages.ts";

const [, , socket = "", path = ""] = process.argv;
const log = await Log.open(path);
let count = 0;

function serve(connection: Socket): void {
  // whoever asked may have been killed meanwhile
  connection.on("error", () => connection.destroy());
  createInterface({ input: connection })
    .on("line", (line) => void take(connection, line))
    .on("error", () => connection.destroy());
}

async function take(connection: Socket, line: string): Promise<void> {
  const { number, ...effect }: Effect & { readonly number: number } = JSON.parse(line);
  const receipt = `receipt ${++count}`;
  await log.write({ ...effect, receipt });
  if (connection.writable) connection.write(`${JSON.stringify({ number, receipt })}\n`);
}

const server = createServer(serve);
server.listen(socket, () => process.send?.("ready"));
process.on("disconnect", () => process.exit());
