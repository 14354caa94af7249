import { createGate, isObject, loadPolicy, memoryStore, type JsonObject } from "@sallyport/core";
import { shieldClient } from "@sallyport/openai";
import { OpenAI } from "openai";
import { zodTextFormat } from "openai/helpers/zod";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { benchOf, CARD, callsOf, SESSION } from "./responses-kit.ts";
import { answerOf, calls, says, textAt, thinks, type Turn } from "./responses-server.ts";
import { body, expectSound, outputOf, readAll, streamed, streaming, textOf, type Event } from "./responses-streaming.ts";
import { serve, sse } from "./server.ts";

const content = (...texts: readonly string[]): JsonObject => ({
  content: texts.map((text) => ({ type: "output_text", text, annotations: [] })),
});

const TURNS: Readonly<Record<string, Turn>> = {
  text: { output: [says("hello there")] },
  nothing: { output: [] },
  "text and calls": { output: [says("one moment"), calls("pay", { amount: 5 }), calls("look", { id: 1 })] },
  "a denied call": { output: [thinks("what now"), calls("nuke", { all: true })] },
  "a denied call among others": { output: [calls("look", {}), calls("nuke", {}), says("after"), calls("pay", { amount: 3 })] },
  "a card": { output: [says(`the card is ${CARD}, is it not`)] },
  "a card over parts": { output: [says("", content("it is 4111 1111", " 1111 1111 indeed"))] },
  "a card over messages": { output: [says("it is 4111 1111 "), says("1111 1111 indeed"), calls("look", {})] },
  "a card in reasoning": { output: [thinks(`say ${CARD}`), says("no")] },
  "a card after a call": { output: [calls("look", {}), says(`it is ${CARD}`)] },
  "a refusal": { output: [says("", { content: [{ type: "refusal", refusal: `I will not say ${CARD}` }] })] },
  "empty texts": { output: [says("", content("", "")), calls("nuke", {}), says("")] },
};

describe.each(Object.entries(TURNS))("%s", (_, turn) => {
  it.each([1, 4, 1000])("streams what the whole answer says, in pieces of %i", async (size) => {
    await using whole = await benchOf([turn]);
    const { output } = await whole.client.responses.create(body);
    await using bench = await streaming(streamed(turn, size));
    const { events, error } = await readAll(bench.client);
    expect(error).toBeUndefined();
    expectSound(events);
    const last = events.at(-1);
    expect(last).toMatchObject({ type: "response.completed" });
    const shown = outputOf(events);
    expect(textOf(shown)).toBe(textOf(output));
    expect(shown.map(({ type }) => type)).toEqual(output.map(({ type }) => type));
    expect(JSON.stringify(events)).not.toContain("1111 1111");
  });

  it("is taken by the client's own helper", async () => {
    await using bench = await benchOf([turn, turn]);
    const seen: string[] = [];
    const stream = bench.client.responses.stream(body);
    stream.on("response.output_text.delta", ({ delta, snapshot }) => seen.push(delta, snapshot.slice(-delta.length)));
    const final = await stream.finalResponse();
    expect(seen.filter((_, index) => index % 2 === 0)).toEqual(seen.filter((_, index) => index % 2 === 1));
    const direct = await benchOf([turn]);
    const { output } = await direct.client.responses.create(body);
    expect(textOf(final.output)).toBe(textOf(output));
    expect(callsOf(final)).toEqual(callsOf({ output }));
    await direct[Symbol.asyncDispose]();
  });
});

describe("what passes when", () => {
  it("text leaves before the rest has come, and nothing of a call before the end", async () => {
    const events = streamed({ output: [says("hello"), calls("look", {}), says("after")] });
    const read: Event[] = [];
    let resume = (): void => {};
    const go = new Promise<void>((resolve) => (resume = resolve));
    async function* slowly() {
      for (const event of events) {
        // the rest is sent only once the first words were read
        if (event["type"] === "response.output_text.done") await go;
        yield event;
      }
    }
    const server = await serve(() => sse(slowly()));
    const gate = await createGate({
      policy: loadPolicy("version: 1\nname: plain\nboundary: { internal: [] }\ntools: { look: { effect: read } }\n"),
      store: memoryStore(),
    });
    const client = shieldClient(new OpenAI({ apiKey: "test", baseURL: server.baseURL }), gate, { session: SESSION });
    for await (const event of await client.responses.create({ ...body, stream: true })) {
      read.push(event);
      if (event.type === "response.output_text.delta") resume();
    }
    expectSound(read);
    expect(read.filter((event) => event.type === "response.output_text.delta").length).toBe(3);
    await server.close();
  });

  it("an unchanged stream leaves as it came", async () => {
    const events = streamed({ output: [says("hello there, nothing to see")] }).slice(0, -1);
    const server = await serve(() => sse(events));
    const gate = await createGate({
      policy: loadPolicy("version: 1\nname: plain\nboundary: { internal: [] }\ntools: { look: { effect: read } }\n"),
      store: memoryStore(),
    });
    const client = shieldClient(new OpenAI({ apiKey: "test", baseURL: server.baseURL }), gate, { session: SESSION });
    const text = await (await client.responses.create({ ...body, stream: true }).asResponse()).text();
    expect(text).toBe(events.map((event) => `event: ${textAt(event, "type")}\ndata: ${JSON.stringify(event)}\n\n`).join(""));
    await server.close();
  });

  it("parses typed output, also of a stream", async () => {
    await using bench = await benchOf([{ output: [calls("nuke", {}), says('{"total":3}')] }]);
    const text = { format: zodTextFormat(z.object({ total: z.number() }), "total") };
    const final = await bench.client.responses.stream({ ...body, text }).finalResponse();
    expect(final.output_parsed).toEqual({ total: 3 });
  });

  it("retrieve streams are judged like any other, and refused where they do not start at their beginning", async () => {
    await using bench = await benchOf([{ output: [says("hi"), calls("nuke", {})] }]);
    const { id } = await bench.client.responses.create(body);
    const events: Event[] = [];
    for await (const event of await bench.client.responses.retrieve(id, { stream: true })) events.push(event);
    expectSound(events);
    expect(JSON.stringify(events.at(-1))).not.toContain("function_call");
    const replay = await bench.client.responses.stream({ response_id: id, starting_after: 3 }).finalResponse();
    expect(callsOf(replay)).toEqual([]);
    await using resumed = await streaming(streamed({ output: [calls("look", {})] }).slice(3));
    expect((await readAll(resumed.client)).error).toMatchObject({ message: expect.stringContaining("starting_after") });
  });

  it("annotations and logprobs stay with words that stay, and go with others", async () => {
    const annotation = { type: "url_citation", start_index: 0, end_index: 3, title: "t", url: "https://x.example" };
    const logprobs = [{ token: "x", logprob: 0, bytes: [120], top_logprobs: [] }];
    const withNotes = (text: string): readonly JsonObject[] => {
      const part = { type: "output_text", text, annotations: [annotation], logprobs };
      const at = { item_id: "msg_x", output_index: 0, content_index: 0 };
      const item = { id: "msg_x", type: "message", role: "assistant", status: "completed", content: [part] };
      const answer = answerOf({ body: {} }, "resp_1", { output: [item] });
      return [
        { type: "response.created", response: { ...answer, output: [] } },
        { type: "response.output_item.added", output_index: 0, item: { ...item, content: [] } },
        { type: "response.content_part.added", ...at, part: { type: "output_text", text: "", annotations: [] } },
        { type: "response.output_text.delta", ...at, delta: text, logprobs },
        { type: "response.output_text.annotation.added", ...at, annotation_index: 0, annotation },
        { type: "response.output_text.done", ...at, text, logprobs },
        { type: "response.content_part.done", ...at, part },
        { type: "response.output_item.done", output_index: 0, item },
        { type: "response.completed", response: answer },
      ].map((event, sequence) => ({ ...event, sequence_number: sequence }));
    };
    for (const [text, notes] of [
      ["plain words", 1],
      [`card ${CARD}`, 0],
    ] as const) {
      await using bench = await streaming(withNotes(text));
      const { events, error } = await readAll(bench.client);
      expect(error).toBeUndefined();
      expectSound(events);
      expect(events.filter(({ type }) => type === "response.output_text.annotation.added")).toHaveLength(notes);
      const last = JSON.stringify(events.at(-1));
      expect([last.includes("url_citation"), last.includes('"token"')]).toEqual([notes === 1, notes === 1]);
      const final = await bench.client.responses.stream(body).finalResponse();
      expect(JSON.stringify(final).includes("url_citation")).toBe(notes === 1);
    }
  });
});

describe("servers of other kinds", () => {
  it("what nobody knows of a text is not told where rules on output have to see it", async () => {
    const vendor = { vendor_thoughts: `psst ${CARD}` };
    const part = { type: "output_text", text: "hello", annotations: [], ...vendor };
    const turn: Turn = { output: [says("", { content: [part], ...vendor })] };
    await using whole = await benchOf([turn]);
    expect(JSON.stringify(await whole.client.responses.create(body))).not.toContain(CARD);
    const sent = streamed(turn).map((event) => (textAt(event, "type") === "response.output_text.delta" ? { ...event, ...vendor } : event));
    await using bench = await streaming(sent);
    const { events: read, error } = await readAll(bench.client);
    expect([error, textOf(outputOf(read))]).toEqual([undefined, "hello"]);
    expect(JSON.stringify(read)).not.toContain(CARD);
  });

  const events = streamed({ output: [says("hello"), calls("pay", { amount: 5 })] });
  const only = (...types: readonly string[]): readonly JsonObject[] =>
    events.filter((event) => types.some((part) => textAt(event, "type").includes(part)));

  it.each<[string, readonly JsonObject[]]>([
    ["no parts", only("created", "completed", "output_item", "output_text")],
    ["no deltas", only("created", "completed", "output_item")],
    ["the end only", only("created", "completed")],
    ["no ends of items", events.filter(({ type }) => type !== "response.output_item.done")],
  ])("%s: nothing is lost and nothing gets through", async (_, sent) => {
    await using bench = await streaming(sent);
    const { events: read, error } = await readAll(bench.client);
    expect(error).toBeUndefined();
    const last = read.at(-1);
    if (last?.type !== "response.completed") throw new Error("no end");
    expect(textOf(last.response.output)).toBe("hello");
    expect(callsOf(last.response)).toEqual([["pay", { amount: 5, memo: "by sallyport" }]]);
  });

  it("an end that repeats no items says what was said", async () => {
    const bare = events.map((event) =>
      isObject(event["response"]) ? { ...event, response: { ...event["response"], output: [] } } : event,
    );
    await using bench = await streaming(bare);
    const final = await bench.client.responses.stream(body).finalResponse();
    expect([textOf(final.output), callsOf(final)]).toEqual(["hello", [["pay", { amount: 5, memo: "by sallyport" }]]]);
  });

  it("an end that says otherwise is not believed", async () => {
    const other = answerOf({ body: {} }, "resp_1", { output: [says(CARD), calls("nuke", {})] });
    await using bench = await streaming([...events.slice(0, -1), { type: "response.completed", response: other, sequence_number: 99 }]);
    const { events: read } = await readAll(bench.client);
    expect(JSON.stringify(read)).not.toContain(CARD);
    const last = read.at(-1);
    expect(last?.type === "response.completed" ? callsOf(last.response) : undefined).toEqual([
      ["pay", { amount: 5, memo: "by sallyport" }],
    ]);
  });
});
