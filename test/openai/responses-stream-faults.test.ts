import { createGate, loadPolicy, memoryStore, type JsonObject } from "@sallyport/core";
import { shieldClient } from "@sallyport/openai";
import { APIError, OpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { SESSION } from "./responses-kit.ts";
import { answerOf, calls, says } from "./responses-server.ts";
import { body, expectSound, readAll, streamed, streaming, textOf } from "./responses-streaming.ts";
import { serve, sse } from "./server.ts";

describe("faults", () => {
  const events = streamed({ output: [says("hello"), calls("pay", { amount: 5 })] });
  const upTo = (type: string): readonly JsonObject[] => events.slice(0, events.findIndex((event) => event["type"] === type) + 1);
  const item = { id: "x", type: "telepathy_call", status: "completed" };

  it.each<[string, readonly unknown[], RegExp]>([
    [
      "an unknown event",
      [
        ...upTo("response.output_item.done"),
        { type: "response.telepathy.delta", output_index: 0, sequence_number: 9 },
        ...events.slice(-4),
      ],
      /`response.telepathy.delta`/,
    ],
    [
      "an unknown item",
      [...upTo("response.output_item.done"), { type: "response.output_item.added", output_index: 1, item, sequence_number: 9 }],
      /`telepathy_call`/,
    ],
    [
      "an unknown item at the end",
      [events[0], { type: "response.completed", response: answerOf({ body: {} }, "resp_1", { output: [item] }), sequence_number: 1 }],
      /`telepathy_call`/,
    ],
    ["an unknown part", streamed({ output: [says("", { content: [{ type: "smell", text: "x" }] })] }), /`smell`/],
    ["no end, with a call", upTo("response.function_call_arguments.delta"), /cut off/],
    ["no end, with a call that is whole", events.slice(0, -1), /cut off/],
    ["an event that is no JSON", [...upTo("response.function_call_arguments.delta"), 'data: {"type":\n\n'], /no JSON/],
    [
      "half an event",
      [...upTo("response.function_call_arguments.delta"), 'event: response.completed\ndata: {"type":"response.comp'],
      /no JSON/,
    ],
    [
      "a message that ends as a call",
      events.map((event) =>
        event["output_index"] === 0 && event["type"] === "response.output_item.done" ? { ...event, item: calls("nuke", {}) } : event,
      ),
      /as another one/,
    ],
    [
      "an item out of nowhere",
      [events[0], { type: "response.function_call_arguments.done", output_index: 7, item_id: "x", arguments: "{}", sequence_number: 1 }],
      /not begun/,
    ],
    [
      "an error of the server",
      [
        ...upTo("response.function_call_arguments.done"),
        { type: "error", code: "server_error", message: "it burns", param: null, sequence_number: 20 },
      ],
      /it burns/,
    ],
  ])("%s: an APIError, and no call", async (_, sent, message) => {
    await using bench = await streaming(sent);
    const { events: read, error } = await readAll(bench.client);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
    expect(JSON.stringify(read)).not.toMatch(/"function_call|telepathy/);
    expect(bench.server.requests).toHaveLength(1);
    await expect(bench.client.responses.stream(body).finalResponse()).rejects.toBeInstanceOf(APIError);
  });

  it("a failed answer carries its error, and no call", async () => {
    const error = { code: "server_error", message: "it burns" };
    await using bench = await streaming(
      streamed({ output: [says("hello"), calls("pay", { amount: 5 })], more: { status: "failed", error } }),
    );
    const { events: read } = await readAll(bench.client);
    expect(read.at(-1)).toMatchObject({ type: "response.failed", response: { error, output: [{ type: "message" }, { type: "message" }] } });
    expectSound(read);
    expect(JSON.stringify(read)).not.toContain('"function_call"');
  });

  it("an incomplete answer ends as it did", async () => {
    await using bench = await streaming(
      streamed({ output: [says("hel")], more: { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } } }),
    );
    const final = await bench.client.responses.stream(body).finalResponse();
    expect([final.status, textOf(final.output)]).toEqual(["incomplete", "hel"]);
  });

  it("a connection that breaks within a call, and within a text that is held back", async () => {
    await using bench = await streaming(upTo("response.function_call_arguments.delta"), { end: "break" });
    const { events: read, error } = await readAll(bench.client);
    expect(error).toBeInstanceOf(APIError);
    expect(JSON.stringify(read)).not.toContain("function_call");
    await using text = await streaming(upTo("response.output_text.delta"), { end: "break" });
    const broken = await readAll(text.client);
    expect(broken.error).toBeInstanceOf(APIError);
    expect(broken.events.some(({ type }) => type === "response.output_text.delta")).toBe(true);
    expect(bench.server.requests).toHaveLength(1);
  });

  it("a text without end is refused, and the server is hung up on", async () => {
    let gone = false;
    const server = await serve(({ gone: signal }) => {
      signal.addEventListener("abort", () => (gone = true));
      return sse(endless());
    });
    const gate = await createGate({
      policy: loadPolicy("version: 1\nname: plain\nboundary: { internal: [] }\ntools: { look: { effect: read } }\n"),
      store: memoryStore(),
    });
    const client = shieldClient(new OpenAI({ apiKey: "test", baseURL: server.baseURL }), gate, { session: SESSION });
    const { error } = await readAll(client);
    expect(error).toMatchObject({ message: expect.stringMatching(/larger than|longer than/) });
    await expect.poll(() => gone).toBe(true);
    await server.close();
    async function* endless() {
      yield* upTo("response.output_text.delta");
      for (let sequence = 5; sequence < 200; sequence += 1)
        yield {
          type: "response.output_text.delta",
          item_id: "x",
          output_index: 0,
          content_index: 0,
          delta: "a".repeat(512 * 1024),
          logprobs: [],
          sequence_number: sequence,
        };
    }
  });

  it("a server that hangs: the client's own abort works, and what was said is on record", async () => {
    await using bench = await streaming(upTo("response.output_text.delta"), { end: "hang" });
    const stream = await bench.client.responses.create({ ...body, stream: true });
    for await (const event of stream) if (event.type === "response.content_part.added") break;
    const abort = new AbortController();
    const read = (async () => {
      for await (const event of await bench.client.responses.create({ ...body, stream: true }, { signal: abort.signal })) {
        if (event.type === "response.content_part.added") abort.abort();
      }
    })();
    await expect(read).resolves.toBeUndefined();
  });
});
