import type { JsonObject } from "@sallyport/core";
import { shieldClient } from "@sallyport/openai";
import { OpenAI } from "openai";
import { expect } from "vitest";
import { asJson, gateOn, MODEL, SESSION, TOOLS } from "./responses-kit.ts";
import { answerOf, eventsOf, type Turn } from "./responses-server.ts";
import { serve, sse } from "./server.ts";

const tools = [...TOOLS];

/** What the model is asked in these tests. */
export const body = { model: MODEL, input: "go", tools };

/** An event as the client reads it. */
export type Event = OpenAI.Responses.ResponseStreamEvent;

/** A shielded client of a server that streams these events, and no others. */
export async function streaming(events: Iterable<unknown> | AsyncIterable<unknown>, more: { readonly end?: "break" | "hang" } = {}) {
  const server = await serve(() => sse(events, more));
  const { gate } = await gateOn({});
  const bare = new OpenAI({ apiKey: "test", baseURL: server.baseURL, maxRetries: 2 });
  const client = shieldClient(bare, gate, { session: SESSION, onCoverage: () => {} });
  return { client, server, [Symbol.asyncDispose]: server.close };
}

/** What a client reads of a stream, and the error that it ends with. */
export async function readAll(client: OpenAI): Promise<{ readonly events: readonly Event[]; readonly error: unknown }> {
  const events: Event[] = [];
  try {
    for await (const event of await client.responses.create({ ...body, stream: true })) events.push(event);
    return { events, error: undefined };
  } catch (error) {
    return { events, error };
  }
}

/** A turn as the server streams it. */
export const streamed = (turn: Turn, size?: number): readonly JsonObject[] =>
  eventsOf(answerOf({ body: { tools: asJson(tools) } }, "resp_1", turn), size);

/** Events in the order of their numbers, without a gap, in items that were begun, and the words alike in all copies. */
export function expectSound(events: readonly Event[]): void {
  expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
  const begun = events.flatMap((event) => (event.type === "response.output_item.added" ? [event.output_index] : []));
  expect(begun).toEqual(begun.map((_, index) => index));
  const last = events.at(-1);
  const output = last !== undefined && "response" in last ? last.response.output : [];
  const done = events.flatMap((event) => (event.type === "response.output_item.done" ? [event.item] : []));
  expect(done).toEqual(output);
  const said = events.flatMap((event) => (event.type === "response.output_text.delta" ? [event.delta] : [])).join("");
  const ended = events.flatMap((event) => (event.type === "response.output_text.done" ? [event.text] : [])).join("");
  const parts = events
    .flatMap((event) => (event.type === "response.content_part.done" && event.part.type === "output_text" ? [event.part.text] : []))
    .join("");
  const shown = output
    .flatMap((item) => (item.type === "message" ? item.content.flatMap((part) => (part.type === "output_text" ? [part.text] : [])) : []))
    .join("");
  expect([ended, parts, shown]).toEqual([said, said, said]);
}

/** The items of the answer that a stream ends with. */
export function outputOf(events: readonly Event[]): readonly OpenAI.Responses.ResponseOutputItem[] {
  const last = events.at(-1);
  return last !== undefined && "response" in last ? last.response.output : [];
}

/** What items say. */
export function textOf(items: readonly OpenAI.Responses.ResponseOutputItem[]): string {
  const list: readonly unknown[] = JSON.parse(JSON.stringify(items));
  return list
    .flatMap((item) => {
      const parts: unknown = typeof item === "object" && item !== null ? Reflect.get(item, "content") : [];
      return Array.isArray(parts) ? parts.map((part: { text?: string; refusal?: string }) => part.text ?? part.refusal ?? "") : [];
    })
    .join("");
}
