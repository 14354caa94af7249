import { isObject, type Json, type JsonObject } from "@sallyport/core";
import type { Api, Prepared } from "./api.ts";
import { GOVERNED } from "./approval-required.ts";
import { readBody } from "./body.ts";
import { settle, type Exchange } from "./exchange.ts";
import { heldAnswer, holdAnswer, holdOf, type Held } from "./hold.ts";
import { denied, refusalOf, toResponse, unreadable } from "./refusal.ts";
import { routeOf } from "./routes.ts";
import { writeEvent } from "./sse.ts";
import type { Shield } from "./shield.ts";
import { streamed } from "./streamed-answer.ts";
import { parseObject } from "./wire.ts";

/** A function like `fetch`, as the client calls it. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Puts the gate around a client's `fetch`, which every one of its methods goes through; `root`: its base URL. */
export function shieldedFetch(base: Fetch, shield: Shield, root: URL): Fetch {
  const send: Fetch = async (input, init) => foreign(await base(input, init));
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const method = (init.method ?? (input instanceof Request ? input.method : "GET")).toUpperCase();
    const route = routeOf(method, url, root);
    if (route.kind === "plain") return send(input, init);
    if (route.kind === "ungoverned") {
      const refused = await closed(shield, init.signal, async () =>
        shield.gate.report({ tool: url.pathname, gap: "ungoverned" }, shield.onCoverage),
      );
      return refused ?? send(input, init);
    }
    const begun = await closed(shield, init.signal, async () => begin(route.api, method, url, bodyOf(method, input, init), shield));
    if (begun instanceof Response) return begun;
    const { exchange, held } = begun;
    if (held !== undefined) return closed(shield, init.signal, () => answerAgain(held, exchange));
    // what the server or the network does is the client's to retry: only from here on it is ours
    const response = await send(input, { ...init, ...outgoing(method, init, exchange.prepared) });
    return response.ok ? closed(shield, init.signal, () => answer(response, exchange, shield, init.signal)) : response;
  };
}

/** A response of the server's, which cannot speak for the gate. */
function foreign(response: Response): Response {
  if (!response.headers.has(GOVERNED)) return response;
  const headers = new Headers(response.headers);
  headers.delete(GOVERNED);
  const { body, status, statusText } = response;
  return new Response(body, { status, statusText, headers });
}

/** Nothing that goes wrong leaves as anything but a refusal, save the client's own abort or timeout. */
async function closed<T>({ onFault }: Shield, signal: Signal, work: () => Promise<T>): Promise<T | Response> {
  try {
    return await work();
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    return toResponse(refusalOf(error, onFault));
  }
}

type Signal = RequestInit["signal"];

async function begin(
  api: Api,
  method: string,
  url: URL,
  body: JsonObject,
  shield: Shield,
): Promise<{ readonly exchange: Exchange; readonly held: Held | undefined }> {
  const bench = await shield.bench({ path: url.pathname, body });
  const prepared = await api.prepare(body, bench);
  const hold = holdOf(bench.session, method, url.pathname, body);
  const streams = body["stream"] === true || url.searchParams.get("stream") === "true";
  return {
    exchange: { api, bench: { ...bench, definitions: prepared.definitions }, prepared, hold, streams, turns: shield.turns },
    held: await heldAnswer(hold),
  };
}

function bodyOf(method: string, input: string | URL | Request, { body }: RequestInit): JsonObject {
  // the client never sends one, and nothing of it could be put in its place
  if (input instanceof Request) throw denied("unreadable_request", "the request is a `Request`, which cannot be looked at");
  if (method === "GET" || body === undefined || body === null) return {};
  const parsed = typeof body === "string" ? parseObject(body) : undefined;
  if (parsed === undefined) throw denied("unreadable_request", "the request's body is no JSON object, so it cannot be looked at");
  return parsed;
}

function outgoing(method: string, { headers, body: came }: RequestInit, { body }: Prepared): RequestInit {
  if (method === "GET" || came === undefined || came === null) return {};
  const sent = new Headers(headers);
  sent.delete("content-length");
  return { headers: sent, body: JSON.stringify(body) };
}

async function answer(response: Response, exchange: Exchange, shield: Shield, signal: Signal): Promise<Response> {
  const headers = new Headers(response.headers);
  // they are those of what was sent, not of what is handed on
  for (const name of ["content-length", "content-encoding", "digest", "content-digest", "etag"]) headers.delete(name);
  headers.set(GOVERNED, "1");
  const { status, statusText } = response;
  if (exchange.streams) return new Response(streamed(response, exchange, shield, signal), { status, statusText, headers });
  const value: Json = parsedAnswer(await readBody(response));
  if (!isObject(value)) throw unreadable("the answer is no JSON object");
  const settled = await settle(await exchange.api.release(value, exchange.bench), exchange);
  return new Response(JSON.stringify(settled), { status, statusText, headers });
}

function parsedAnswer(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable("the answer is no JSON");
  }
}

/** Goes on from an answer that was held. */
async function answerAgain({ answer, policy }: Held, exchange: Exchange): Promise<Response> {
  const { api, bench, hold } = exchange;
  const now = bench.gate.policy().digest;
  // another policy may want less of its texts to be shown
  const released = policy === now ? answer : await api.release(answer, bench);
  if (released !== answer) await holdAnswer(hold, { answer: released, policy: now }, []);
  const settled = await settle(released, exchange);
  if (!exchange.streams) return Response.json(settled);
  const text = api.events(settled).map(writeEvent).join("");
  return new Response(text, { headers: { "content-type": "text/event-stream", [GOVERNED]: "1" } });
}
