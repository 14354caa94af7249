import type { JsonObject } from "@sallyport/core";
import { describe, expect, it } from "vitest";
import { asked, deskOn, OUTPUTS } from "./chat-kit.ts";
import { chunk, toolCall } from "./completions.ts";
import { answerOf, says, thinks } from "./responses-server.ts";
import { readAll, streamed, streaming } from "./responses-streaming.ts";
import { DONE, sse } from "./server.ts";

/** What the app gets of these chunks, and what was thrown behind them. */
async function chat(events: Iterable<unknown>, policy?: string): Promise<{ readonly told: string; readonly failure: unknown }> {
  const desk = await deskOn(() => sse(events), policy === undefined ? {} : { policy });
  const chunks: unknown[] = [];
  let failure: unknown;
  try {
    for await (const one of await desk.client.chat.completions.create({ ...asked(), stream: true })) chunks.push(one);
  } catch (error) {
    failure = error;
  } finally {
    await desk.close();
  }
  return { told: JSON.stringify(chunks), failure };
}

/** What the app gets of these events, and what was thrown behind them. */
async function responses(events: Iterable<unknown>): Promise<{ readonly told: string; readonly error: unknown }> {
  const { client, server } = await streaming(events);
  const { events: told, error } = await readAll(client);
  await server.close();
  return { told: JSON.stringify(told), error };
}

describe("a streamed chat answer", () => {
  it("is one output for each text, whatever is said in between", async () => {
    const { told } = await chat(
      [chunk({ content: "the PL" }), chunk({ reasoning_content: "." }), chunk({ content: "AN" }), chunk({}, "stop"), DONE],
      OUTPUTS,
    );
    expect(told).not.toMatch(/PL|AN/);
  });

  it("says nothing more in a choice that has ended", async () => {
    const { failure } = await chat([chunk({ content: "a" }, "stop"), chunk({ content: "b" }), DONE]);
    expect(failure).toMatchObject({ code: "invalid_answer" });
  });

  it("may not have members without end", async () => {
    const keys = Array.from({ length: 200 }, (_, at) => chunk({ [`k${at}`]: 1 }));
    expect((await chat([...keys, chunk({}, "stop"), DONE])).failure).toMatchObject({ code: "invalid_answer" });
  });

  it("ends with the server's error and nothing else", async () => {
    const { told, failure } = await chat([
      chunk({ content: "a" }),
      { error: { message: "overloaded" }, choices: [{ delta: { tool_calls: [] } }] },
    ]);
    expect(failure).toMatchObject({ message: expect.stringContaining("overloaded") });
    expect(told).not.toContain("tool_calls");
  });

  it("may not say its words in a list", async () => {
    const { told, failure } = await chat([chunk([{ content: "SMUGGLED" }]), chunk({}, "stop"), DONE]);
    expect(failure).toMatchObject({ code: "invalid_answer" });
    expect(told).not.toContain("SMUGGLED");
  });

  it("leaves as it was read", async () => {
    const line = `data: {"choices":[{"index":0,"delta":{"content":"SECRET","content":"fine"},"finish_reason":null}]}\n\n`;
    const desk = await deskOn(() => sse([line, DONE]));
    const { body } = await desk.client.chat.completions.create({ ...asked(), stream: true }).asResponse();
    const text = await new Response(body).text();
    await desk.close();
    expect(text).toContain("fine");
    expect(text).not.toContain("SECRET");
  });

  it.each(["length", "error", "max_tokens"])("has no calls where it ends with `%s`", async (reason) => {
    const start = { index: 0, ...toolCall("c1", "pay", { amount: 5 }) };
    const { told, failure } = await chat([chunk({ tool_calls: [start] }), chunk({}, reason), DONE]);
    expect(failure).toMatchObject({ code: "invalid_answer" });
    expect(told).not.toContain("c1");
  });
});

it("an answer's calls are of the type that they were judged as", async () => {
  const call = { ...toolCall("c1", "pay", { amount: 5 }), type: null };
  const { told } = await chat([chunk({ tool_calls: [{ index: 0, ...call }] }), chunk({}, "tool_calls"), DONE]);
  expect(told).toContain('"type":"function"');
});

describe("a streamed response", () => {
  const begun = streamed({ output: [says("hello world"), thinks("well")] });
  const at = (type: string): number => begun.findIndex((event) => event["type"] === type);
  const text = at("response.output_text.delta");
  const item = { id: "rs_x", type: "reasoning", summary: [] };

  it("does not go on with a text after another one", async () => {
    const events = [
      ...begun.slice(0, text + 1),
      { type: "response.output_item.added", output_index: 1, item },
      { type: "response.reasoning_text.delta", output_index: 1, content_index: 0, item_id: "rs_x", delta: "." },
      ...begun.slice(text + 1),
    ];
    expect((await responses(events)).error).toMatchObject({ code: "invalid_answer" });
  });

  it("tells nothing beside what is known", async () => {
    const call: JsonObject = { type: "function_call", name: "nuke", call_id: "SMUGGLED", arguments: "{}" };
    const events = [
      { ...begun[0], item: call },
      { type: "keepalive", item: call, sequence_number: 1 },
      ...begun.slice(1, -1),
      { ...begun.at(-1), item: call },
    ];
    const { told, error } = await responses(events);
    expect(error).toBeUndefined();
    expect(told).not.toContain("SMUGGLED");
  });

  it("may not say its words in lists, or its parts in a text", async () => {
    const inList = await responses([...begun.slice(0, text), { ...begun[text], delta: ["SMUGGLED"] }, ...begun.slice(text + 1)]);
    expect(inList.error).toMatchObject({ code: "invalid_answer" });
    const done = at("response.output_item.done");
    const item = { ...says("x"), id: "msg_x", status: "completed", content: "SMUGGLED" };
    const inText = await responses([...begun.slice(0, done), { ...begun[done], item }, ...begun.slice(done + 1)]);
    expect(inText.error).toMatchObject({ code: "invalid_answer" });
    expect(inList.told + inText.told).not.toContain("SMUGGLED");
  });

  it("has no event without a type, also with an error that is none", async () => {
    const { told, error } = await responses([begun[0], { error: null, output: "SMUGGLED" }]);
    expect(error).toMatchObject({ code: "invalid_answer" });
    expect(told).not.toContain("SMUGGLED");
  });

  it("does not end a text as a call", async () => {
    const id = JSON.stringify(begun[text]).match(/"item_id":"([^"]+)"/)?.[1] ?? "";
    const call = { id, type: "function_call", call_id: "c1", name: "pay", arguments: '{"amount":5}' };
    const response = { ...answerOf({ body: {} }, "resp_1", { output: [call] }), status: "incomplete" };
    const { told, error } = await responses([...begun.slice(0, text + 1), { type: "response.incomplete", response }]);
    expect(error).toMatchObject({ code: "invalid_answer" });
    expect(told).not.toContain('"c1"');
  });
});
