import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import { isObject, type Json, type JsonObject } from "@sallyport/core";

/** A request as the server got it. */
export interface Received {
  readonly method: string;
  /** without the query */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  /** the JSON object that was sent; `{}` where there was none */
  readonly body: JsonObject;
  /** how many requests came before it */
  readonly nth: number;
  /** aborts when the client hangs up before it has the whole answer */
  readonly gone: AbortSignal;
}

/** What the server sends. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;
  /** `break`: the connection ends where the body does, without its proper end; `hang`: nothing more comes; `proper` where left out */
  readonly end?: "proper" | "break" | "hang";
}

/** A server that is listening. */
export interface Served {
  /** what the client takes as its `baseURL`: it ends in `/v1` */
  readonly baseURL: string;
  readonly requests: readonly Received[];
  readonly close: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** A real server on a free port that says what the test wants, whatever the path; `hang`: it never answers. */
export async function serve(answer: (request: Received) => Answer | "hang" | Promise<Answer | "hang">): Promise<Served> {
  const requests: Received[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const received = await receive(request, response, requests.length);
      requests.push(received);
      const answered = await answer(received);
      if (answered !== "hang") await send(answered, response, received.gone);
    })().catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  return { baseURL: `http://127.0.0.1:${address.port}/v1`, requests, close, [Symbol.asyncDispose]: close };
}

async function receive(request: IncomingMessage, response: ServerResponse, nth: number): Promise<Received> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  const url = new URL(request.url ?? "/", "http://local");
  const gone = new AbortController();
  response.on("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  const { method = "GET", headers } = request;
  return { method, path: url.pathname, query: url.searchParams, headers, body: objectOf(text), nth, gone: gone.signal };
}

function objectOf(text: string): JsonObject {
  if (text === "") return {};
  const value: Json = JSON.parse(text);
  return isObject(value) ? value : {};
}

async function send(
  { status = 200, headers = {}, body, end = "proper" }: Answer,
  response: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  response.writeHead(status, { "x-request-id": "req_local", ...headers });
  response.flushHeaders();
  for await (const part of body) {
    if (gone.aborted) return;
    if (!response.write(part)) await drained(response);
  }
  if (end === "proper") response.end();
  // what was written has to leave before the connection does
  else if (end === "break") setImmediate(() => response.destroy());
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}

/** A whole answer. */
export function json(value: unknown, more: Omit<Answer, "body"> = {}): Answer {
  return { ...more, headers: { "content-type": "application/json", ...more.headers }, body: [JSON.stringify(value)] };
}

/** An error as the API writes it. */
export function apiError(status: number, message: string, code: string | null = null): Answer {
  return json({ error: { message, type: "test_error", code, param: null } }, { status });
}

/**
 * A streamed answer. An event that is an object is written as its data, under its `type` as name where it has one (as
 * `responses` does) and without a name otherwise (as `chat` does); a text is written as it is.
 */
export function sse(events: Iterable<unknown> | AsyncIterable<unknown>, more: Omit<Answer, "body"> = {}): Answer {
  return { ...more, headers: { "content-type": "text/event-stream", ...more.headers }, body: written(events) };
}

async function* written(events: Iterable<unknown> | AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const event of events) yield typeof event === "string" ? event : eventText(event);
}

/** One event as text of a body. */
function eventText(event: unknown): string {
  const type = typeof event === "object" && event !== null ? Reflect.get(event, "type") : undefined;
  const name = typeof type === "string" ? `event: ${type}\n` : "";
  return `${name}data: ${JSON.stringify(event)}\n\n`;
}

/** How `chat` ends its streams. */
export const DONE = "data: [DONE]\n\n";
