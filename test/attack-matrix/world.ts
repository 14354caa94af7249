/**
 * The world outside: a process of its own that counts what tools really did. `/NAME/effects` takes and lists the effects of
 * one app, `/NAME/start` lets processes begin together; both wait until as many have come as `together` says.
 */
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

/** What a tool did, and on whose behalf as the tool was told. */
export interface Effect {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly user: string;
}

/** milliseconds that an effect waits for others: where calls run once, nobody else comes */
const PATIENCE = 3000;

class Meeting {
  private readonly waiting: (() => void)[] = [];
  private came = 0;

  /** Resolves once so many have come, or when it has waited long enough. */
  async join(together: number, patience: number): Promise<void> {
    this.came += 1;
    if (this.came >= together) return this.waiting.forEach((go) => go());
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      setTimeout(resolve, patience);
    });
  }
}

const effects = new Map<string, Effect[]>();
const meetings = new Map<string, Meeting>();

async function answer(request: IncomingMessage): Promise<string> {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://world");
  const done = effects.get(pathname) ?? [];
  if (request.method === "GET") return JSON.stringify(done);
  const meeting = meetings.get(pathname) ?? new Meeting();
  meetings.set(pathname, meeting);
  const together = Number(searchParams.get("together"));
  if (pathname.endsWith("/start")) {
    await meeting.join(together, 60_000);
  } else {
    const effect: Effect = JSON.parse(await text(request));
    effects.set(pathname, [...done, effect]);
    await meeting.join(together, PATIENCE);
  }
  return "";
}

const server = createServer((request, response) => {
  answer(request).then(
    (body) => response.end(body),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
process.on("disconnect", () => process.exit());
