import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readBody } from "../../packages/openai/src/body.ts";
import { Refusal } from "../../packages/openai/src/refusal.ts";
import { readEvents, writeEvent } from "../../packages/openai/src/sse.ts";
import type { WireEvent } from "../../packages/openai/src/wire.ts";
import { runs, within } from "../runs.ts";
import { anyText, mutated } from "./mutation.ts";
import { watchdog } from "./watchdog.ts";

const dog = watchdog("the readers of answers");
const ENCODER = new TextEncoder();
const STREAMS = [
  'data: {"id":"1","choices":[{"delta":{"content":"h\u{1F600}"}}]}\n\ndata: [DONE]\n\n',
  'event: response.created\ndata: {"type":"response.created","n":1.5}\n\n: a comment\r\n\r\nevent: e\r\ndata: {"a":\r\ndata: 1}\r\n\r\n',
  '\ufeffdata:{}\r\rid: 7\rretry: 1\rdata: {"x":"\\ud83d"}\r\r',
];

const BODIES = fc.oneof(
  mutated(STREAMS).map((text) => ENCODER.encode(text)),
  anyText().map((text) => ENCODER.encode(`data: ${text}\n\n`)),
  fc.uint8Array({ maxLength: 200 }),
);

describe("an answer of a provider is read alike however its bytes come, or refused", () => {
  it("as a stream of events", { timeout: within(30_000) }, async () => {
    await fc.assert(
      fc.asyncProperty(BODIES, fc.array(fc.nat(), { maxLength: 4 }), (bytes, cuts) =>
        dog.watchAsync(new TextDecoder("latin1").decode(bytes), async () => {
          const whole = await events([bytes]);
          expect(await events(cutAt(bytes, cuts))).toEqual(whole);
          if (typeof whole !== "string") expect(await events([ENCODER.encode(whole.map(writeEvent).join(""))])).toEqual(whole);
        }),
      ),
      runs(1500),
    );
  });

  it("as a body", { timeout: within(30_000) }, async () => {
    await fc.assert(
      fc.asyncProperty(BODIES, fc.array(fc.nat(), { maxLength: 4 }), async (bytes, cuts) => {
        const parts = cutAt(bytes, cuts);
        const body = new Response(
          new ReadableStream({
            start: (controller) => {
              for (const part of parts) controller.enqueue(part);
              controller.close();
            },
          }),
        );
        expect(await readBody(body)).toBe(new TextDecoder().decode(bytes));
      }),
      runs(500),
    );
  });
});

/** The events of a body, or why it is refused. */
async function events(chunks: readonly Uint8Array[]): Promise<readonly WireEvent[] | string> {
  const body = (async function* () {
    yield* chunks;
  })();
  try {
    const found: WireEvent[] = [];
    for await (const event of readEvents(body)) found.push(event);
    return found;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

function cutAt(bytes: Uint8Array<ArrayBuffer>, cuts: readonly number[]): readonly Uint8Array<ArrayBuffer>[] {
  const places = cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b);
  return [...places, bytes.length].map((place, index) => bytes.subarray(places[index - 1] ?? 0, place));
}
