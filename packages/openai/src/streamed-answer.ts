import type { JsonObject } from "@sallyport/core";
import type { Rest } from "./api.ts";
import { APPROVAL_REQUIRED } from "./approval-required.ts";
import { LARGEST } from "./body.ts";
import { forget, settle, type Exchange } from "./exchange.ts";
import { refusalOf, unreadable, type Refusal } from "./refusal.ts";
import { readEvents, writeEvent } from "./sse.ts";
import type { Shield } from "./shield.ts";
import { objectIn, without, type WireEvent } from "./wire.ts";

/** The body of a streamed answer as it may be read. */
export function streamed(
  { body }: Response,
  exchange: Exchange,
  { onFault }: Shield,
  signal: AbortSignal | null | undefined,
): ReadableStream<Uint8Array> {
  if (body === null) throw unreadable("the answer has no body");
  const encoder = new TextEncoder();
  const source = body.getReader();
  const events = judged(source, exchange);
  let isLeft = false;
  return new ReadableStream<Uint8Array>({
    async pull(out) {
      try {
        const { done, value } = await events.next();
        if (isLeft) return;
        if (done === true) out.close();
        else out.enqueue(encoder.encode(writeEvent(value)));
      } catch (error) {
        if (isLeft) return;
        if (signal?.aborted === true) return out.error(signal.reason);
        out.enqueue(encoder.encode(errorEvent(refusalOf(error, onFault))));
        out.close();
      }
    },
    async cancel(reason) {
      isLeft = true;
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
    else if (!seen.error) await forget(exchange);
  } finally {
    await source.cancel().catch(ignoreBroken);
  }
}

/** Notes whether the server said that something went wrong: what the results led to is not known then. */
async function* noting(events: AsyncIterable<WireEvent>, seen: { error: boolean }): AsyncGenerator<WireEvent> {
  for await (const event of events) {
    const { name, data } = event;
    if (data !== "[DONE]") seen.error ||= name === "error" || Boolean(data["error"]) || FAILED.has(data["type"]);
    yield seen.error && data !== "[DONE]" ? foreign(event, data) : event;
  }
}

/** An error of the server's, which cannot speak for the gate. */
function foreign(event: WireEvent, data: JsonObject): WireEvent {
  const error = objectIn(data, "error");
  if (data["code"] !== APPROVAL_REQUIRED && error?.["code"] !== APPROVAL_REQUIRED) return event;
  const told = { ...without(data, "code"), ...(error === undefined ? {} : { error: without(error, "code") }) };
  return event.name === undefined ? { data: told } : { name: event.name, data: told };
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
