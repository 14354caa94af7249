import { callId, isObject, type Json, type JsonObject } from "@sallyport/core";
import type { Api, Prepared, Rest } from "./api.ts";
import { reportGap, type Bench } from "./bench.ts";
import { LARGEST, readBody } from "./body.ts";
import { forgetAnswered, heldAnswer, holdAnswer, holdOf, letGo, type Hold } from "./hold.ts";
import { judgeCalls, type Judgement } from "./judge.ts";
import { denied, type Refusal, refusalOf, toResponse, unreadable, waits } from "./refusal.ts";
import { routeOf } from "./routes.ts";
import { readEvents, writeEvent } from "./sse.ts";
import type { Shield } from "./shield.ts";
import { parseObject, type WireEvent } from "./wire.ts";

/** A function like `fetch`, as the client calls it. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** One request and what its answer is judged with. */
interface Exchange {
  readonly api: Api;
  readonly bench: Bench;
  readonly prepared: Prepared;
  readonly hold: Hold;
  readonly streams: boolean;
}

/** Puts the gate around a client's `fetch`, which every one of its methods goes through. */
export function shieldedFetch(base: Fetch, shield: Shield): Fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const method = (init.method ?? (input instanceof Request ? input.method : "GET")).toUpperCase();
    const route = routeOf(method, url.pathname);
    if (route.kind === "plain") return base(input, init);
    if (route.kind === "ungoverned") {
      const refused = await closed(shield, init.signal, async () => reportGap(shield, { tool: url.pathname, gap: "ungoverned" }));
      return refused ?? base(input, init);
    }
    const begun = await closed(shield, init.signal, () => begin(route.api, method, url, init, shield));
    if (begun instanceof Response) return begun;
    const { exchange, held } = begun;
    if (held !== undefined) return closed(shield, init.signal, () => answerAgain(held, exchange));
    // what the server or the network does is the client's to retry: only from here on it is ours
    const response = await base(input, { ...init, ...outgoing(method, init, exchange.prepared) });
    return response.ok ? closed(shield, init.signal, () => answer(response, exchange, shield, init.signal)) : response;
  };
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
  init: RequestInit,
  shield: Shield,
): Promise<{ readonly exchange: Exchange; readonly held: JsonObject | undefined }> {
  const body = bodyOf(method, init);
  const bench = await shield.bench({ path: url.pathname, body });
  const prepared = await api.prepare(body, bench);
  const hold = holdOf(bench.session, method, url.pathname, body);
  const streams = body["stream"] === true || url.searchParams.get("stream") === "true";
  return { exchange: { api, bench, prepared, hold, streams }, held: await heldAnswer(hold) };
}

function bodyOf(method: string, { body }: RequestInit): JsonObject {
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
async function answerAgain(held: JsonObject, exchange: Exchange): Promise<Response> {
  const settled = await settle(held, exchange);
  if (!exchange.streams) return Response.json(settled);
  const text = exchange.api.events(settled).map(writeEvent).join("");
  return new Response(text, { headers: { "content-type": "text/event-stream" } });
}

/** Judges the calls of an answer, whose texts were released before; holds it while anything of it may have to go on. */
async function settle(released: JsonObject, { api, bench, prepared, hold }: Exchange): Promise<JsonObject> {
  const calls = api.calls(released);
  if (calls.length === 0) {
    await forgetAnswered(bench.session, bench.answered);
    return released;
  }
  const { judgements, pending, held, resumes } = await judgeCalls(calls, prepared, bench);
  if (resumes) await holdAnswer(hold, released, calls.map(({ id }) => callId(id, prepared.uses)));
  const [first, ...others] = pending;
  if (held && first !== undefined) throw waits([first, ...others]);
  if (!judgements.some(isOpen)) {
    await letGo(hold);
    await forgetAnswered(bench.session, bench.answered);
  }
  return api.settle(released, judgements, bench, prepared);
}

function isOpen({ kind }: Judgement): boolean {
  return kind === "call";
}

/** The body of a streamed answer as it may be read. */
function streamed({ body }: Response, exchange: Exchange, { onFault }: Shield, signal: Signal): ReadableStream<Uint8Array> {
  if (body === null) throw unreadable("the answer has no body");
  const encoder = new TextEncoder();
  const source = body.getReader();
  const events = judged(source, exchange);
  return new ReadableStream<Uint8Array>({
    async pull(out) {
      try {
        const { done, value } = await events.next();
        if (done === true) out.close();
        else out.enqueue(encoder.encode(writeEvent(value)));
      } catch (error) {
        if (signal?.aborted === true) return out.error(signal.reason);
        out.enqueue(encoder.encode(errorEvent(refusalOf(error, onFault))));
        out.close();
      }
    },
    async cancel(reason) {
      // the server may never say anything more that could be waited for
      await source.cancel(reason);
      await events.return(undefined);
    },
  });
}

type Source = ReadableStreamDefaultReader<Uint8Array>;

async function* judged(source: Source, exchange: Exchange): AsyncGenerator<WireEvent, void> {
  try {
    const seen = { error: false };
    const rest: Rest | undefined = yield* exchange.api.stream(noting(readEvents(chunksOf(source)), seen), exchange.bench);
    if (rest !== undefined) yield* rest.events(await settle(rest.answer, exchange));
    else if (!seen.error) await forgetAnswered(exchange.bench.session, exchange.bench.answered);
  } finally {
    await source.cancel().catch(ignoreBroken);
  }
}

/** Notes whether the server said that something went wrong: what the results led to is not known then. */
async function* noting(events: AsyncIterable<WireEvent>, seen: { error: boolean }): AsyncGenerator<WireEvent> {
  for await (const event of events) {
    const { name, data } = event;
    seen.error ||= name === "error" || (data !== "[DONE]" && (Boolean(data["error"]) || FAILED.has(data["type"])));
    yield event;
  }
}

const FAILED: ReadonlySet<unknown> = new Set(["error", "response.failed"]);

/** A connection that broke cannot be closed any more. */
function ignoreBroken(): void {}

/** A body's chunks; a connection that breaks is an answer that cannot be read, and so is one without end. */
async function* chunksOf(source: Source): AsyncGenerator<Uint8Array> {
  let size = 0;
  for (;;) {
    const { done, value } = await source.read().catch(broken);
    if (done) return;
    size += value.length;
    if (size > LARGEST) throw unreadable(`the answer is larger than ${LARGEST} bytes; nothing of what was held back may run`);
    yield value;
  }
}

function broken(): never {
  throw unreadable("the connection broke before the answer was complete; nothing of what was held back may run");
}

/** How the client is told within a stream: both of its readers throw an `APIError` for it. */
function errorEvent({ body }: Refusal): string {
  return `data: ${JSON.stringify({ error: body })}\n\n`;
}
