import { OpenAI } from "openai";
import { ChatCompletionStream } from "openai/lib/ChatCompletionStream";
import type { ChatCompletionChunk } from "openai/resources";
import type { Stream } from "openai/streaming";
import { describe, expect, it } from "vitest";
import { asked, bareClient, deskOn, OUTPUTS, POLICY, recordsOf, typesOf, type Desk, type DeskOptions } from "./chat-kit.ts";
import { chunk, chunksOf, toolCall, usageChunk } from "./completions.ts";
import { DONE, sse } from "./server.ts";

const STREAM = { ...asked(), stream: true as const };
const call = (index: number, id: string, name: string, args: string): object =>
  chunk({ tool_calls: [{ index, id, type: "function", function: { name, arguments: args } }] });
const more = (index: number, args: string): object => chunk({ tool_calls: [{ index, function: { arguments: args } }] });

/** The chunks that the app gets, and what was thrown behind them. */
async function read(
  events: Iterable<unknown> | AsyncIterable<unknown>,
  options: DeskOptions = {},
): Promise<{ readonly desk: Desk; readonly chunks: readonly ChatCompletionChunk[]; readonly failure: unknown }> {
  const desk = await deskOn(() => sse(events), options);
  const chunks: ChatCompletionChunk[] = [];
  try {
    for await (const chunk of await desk.client.chat.completions.create(STREAM)) chunks.push(chunk);
    return { desk, chunks, failure: undefined };
  } catch (failure) {
    return { desk, chunks, failure };
  } finally {
    await desk.close();
  }
}

const MASKED = "Write to [EMAIL_1] about it, and ";

const textOf = (chunks: readonly ChatCompletionChunk[], index = 0): string =>
  chunks.flatMap(({ choices }) => choices.flatMap((choice) => (choice.index === index ? (choice.delta.content ?? "") : []))).join("");
const callsOf = (chunks: readonly ChatCompletionChunk[]): readonly unknown[] =>
  chunks.flatMap(({ choices }) => choices.flatMap(({ delta }) => delta.tool_calls ?? []));
const ends = (chunks: readonly ChatCompletionChunk[]): readonly unknown[] =>
  chunks.flatMap(({ choices }) => choices.flatMap(({ index, finish_reason: end }) => (end === null ? [] : [[index, end]])));

describe("the chunks of an answer", () => {
  it("are the server's own where there is nothing to say", async () => {
    const events = [...chunksOf({ content: "a quiet answer" }), usageChunk()];
    const { chunks } = await read([...events, DONE]);
    expect(chunks).toEqual(events);
  });

  it("leave one by one, as they come", async () => {
    let seen = (): void => {};
    async function* slowly(): AsyncGenerator<object> {
      for (const word of ["one ", "two ", "three"]) {
        const read = new Promise<void>((resolve) => (seen = resolve));
        yield chunk({ content: word });
        // the next one is not even written before the app has read this one
        await read;
      }
      yield chunk({}, "stop");
    }
    const desk = await deskOn(() => sse(slowly()));
    const words: unknown[] = [];
    for await (const { choices } of await desk.client.chat.completions.create(STREAM)) {
      words.push(choices[0]?.delta.content);
      seen();
    }
    expect(words).toEqual(["one ", "two ", "three", undefined]);
    await desk.close();
  });

  it("wait only for what a detector may still want, and say all of it", async () => {
    const policy = `${POLICY}\n  - { id: mask, on: output, detect: [pii.email], decide: redact }\n`;
    // what the detector may still want, once to be held and once to fill up
    const window = 2 * 512;
    let shown = "";
    async function* slowly(): AsyncGenerator {
      for (let sent = 0; sent < 100; sent++) {
        yield chunk({ content: "Write to bob@corp.example about it, and " });
        while (shown.length < sent * MASKED.length - window) await new Promise(setImmediate);
      }
      yield* [chunk({}, "stop"), usageChunk(), DONE];
    }
    const desk = await deskOn(() => sse(slowly()), { policy });
    const chunks: ChatCompletionChunk[] = [];
    for await (const chunk of await desk.client.chat.completions.create(STREAM)) {
      chunks.push(chunk);
      shown = textOf(chunks);
    }
    expect(shown).toBe(MASKED.repeat(100));
    expect(ends(chunks)).toEqual([[0, "stop"]]);
    expect(chunks.at(-1)).toEqual(usageChunk());
    await desk.close();
  });

  it("of several choices are told apart", async () => {
    const of = (index: number, text: string): readonly object[] => chunksOf({ content: text }, index);
    const [one, two] = [of(0, "now mail bob@corp.example please"), of(1, "or do nothing please")];
    const { chunks } = await read([...one.flatMap((chunk, at) => [chunk, two[at] ?? usageChunk()]), DONE], { policy: OUTPUTS });
    expect([textOf(chunks), textOf(chunks, 1)]).toEqual(["now mail [EMAIL_1] please", "or do nothing please"]);
    expect(ends(chunks)).toEqual([
      [0, "stop"],
      [1, "stop"],
    ]);
  });

  it("keep sounds back until their words are known, and let them go where no rule asks", async () => {
    const audio = (part: object): object => chunk({ audio: part });
    const events = (words: string): readonly unknown[] => [
      chunk({ role: "assistant" }),
      audio({ id: "a1", data: "AA" }),
      audio({ transcript: words }),
      audio({ data: "BB", expires_at: 5 }),
      chunk({}, "stop"),
      DONE,
    ];
    const heard = async (words: string, policy?: string): Promise<unknown> => {
      const { chunks } = await read(events(words), policy === undefined ? {} : { policy });
      return chunks.flatMap(({ choices }) => choices.flatMap(({ delta }) => delta.audio ?? []));
    };
    expect(await heard("mail bob@corp.example", OUTPUTS)).toEqual([]);
    expect(await heard("mail me", OUTPUTS)).toEqual([{ id: "a1", data: "AABB", transcript: "mail me", expires_at: 5 }]);
    expect(await heard("mail me")).toEqual([{ id: "a1", data: "AA" }, { transcript: "mail me" }, { data: "BB", expires_at: 5 }]);
  });
});

describe("the calls of a streamed answer", () => {
  it("leave whole, behind all texts, numbered anew, with their end and the usage behind them", async () => {
    const { chunks, desk } = await read([
      chunk({ role: "assistant", content: "so " }),
      call(0, "c0", "nuke", "{}"),
      call(2, "c2", "pay", '{"amo'),
      chunk({ content: "be it" }),
      more(2, 'unt": 2}'),
      call(5, "c5", "pay", '{"amount": 5}'),
      chunk({}, "tool_calls"),
      usageChunk(),
      DONE,
    ]);
    expect(textOf(chunks)).toMatch(/^so be it\n\ndenied by policy: .*$/);
    expect(callsOf(chunks)).toEqual([
      { index: 0, ...toolCall("c2", "pay", '{"amount": 2}') },
      { index: 1, ...toolCall("c5", "pay", '{"amount": 5}') },
    ]);
    expect(ends(chunks)).toEqual([[0, "tool_calls"]]);
    expect(chunks.at(-1)).toEqual(usageChunk());
    const records = await recordsOf(desk);
    expect(records.filter(({ type }) => type === "call.proposed").map(({ state }) => state["call"])).toEqual(["c0", "c2", "c5"]);
    expect(records.findIndex(({ type }) => type === "output.released")).toBeLessThan(
      records.findIndex(({ type }) => type === "call.proposed"),
    );
  });

  it("are not there before all of them are judged", async () => {
    let ended = false;
    async function* slowly(): AsyncGenerator {
      yield chunk({ role: "assistant", content: "so" });
      yield call(0, "c0", "pay", '{"amount": 5}');
      yield more(0, "");
      await new Promise((later) => setTimeout(later, 50));
      ended = true;
      yield chunk({}, "tool_calls");
    }
    const desk = await deskOn(() => sse(slowly()));
    for await (const { choices } of await desk.client.chat.completions.create(STREAM))
      if (choices[0]?.delta.tool_calls !== undefined) expect(ended).toBe(true);
    await desk.close();
  });

  it("of several choices are judged together", async () => {
    const { chunks } = await read([
      chunk({ role: "assistant" }),
      chunk({ role: "assistant", content: "no" }, null, 1),
      call(0, "c0", "pay", '{"amount": 5}'),
      chunk({}, "stop", 1),
      chunk({ tool_calls: [{ index: 0, ...toolCall("c0", "nuke", {}) }] }, null, 2),
      chunk({}, "tool_calls", 2),
      chunk({}, "tool_calls"),
      DONE,
    ]);
    expect(callsOf(chunks)).toEqual([{ index: 0, ...toolCall("c0", "pay", '{"amount": 5}') }]);
    expect(textOf(chunks, 2)).toContain("denied by policy");
    expect(ends(chunks)).toEqual([
      [0, "tool_calls"],
      [1, "stop"],
      [2, "stop"],
    ]);
  });

  it("are put together as the client itself does", async () => {
    const { chunks } = await read([
      chunk({ role: "assistant", tool_calls: [{ index: 0, id: "c0", type: "function", function: { name: "pay" } }] }),
      chunk({ tool_calls: [{ index: 0, id: "", type: null, function: { name: "", arguments: '{"amount"' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: ": 5}" } }] }),
      chunk({}, "tool_calls"),
      DONE,
    ]);
    expect(callsOf(chunks)).toEqual([{ index: 0, ...toolCall("c0", "pay", '{"amount": 5}') }]);
    expect(chunks[0]?.choices[0]?.delta.role).toBe("assistant");
  });
});

describe("a stream that is not as it should be lets no call through", () => {
  const start = [chunk({ role: "assistant", content: "so " }), call(0, "c0", "pay", '{"amount": 5}')];
  it.each<[string, readonly unknown[], string]>([
    ["it ends within a call", start, "cut off within a call"],
    ["it ends at its limit", [...start, chunk({}, "length"), DONE], "cut off (`length`)"],
    ["it holds no JSON", [...start, "data: {nonsense\n\n"], "no JSON object"],
    ["it holds a list", [...start, "data: []\n\n"], "no JSON object"],
    ["it holds something else", [...start, { type: "surprise" }], "no list of `choices`"],
    [
      "it has a call in a member that nobody knows",
      [...start, chunk({ tool_call: { name: "pay" } })],
      "`tool_call` of the answer may be a call",
    ],
    [
      "it has a call in a whole message",
      [...start, { choices: [{ index: 0, delta: {}, message: { tool_calls: [toolCall("c1", "nuke", {})] }, finish_reason: null }] }],
      "`message` of the answer may be a call",
    ],
    ["it has a call beside the message", [...start, { ...chunk({}), calls: [{}] }], "`calls` of the answer may be a call"],
    ["it has a call without a place", [chunk({ tool_calls: [{ id: "c1", function: { name: "pay", arguments: "{}" } }] })], "no place"],
    ["it has too many", [call(128, "c1", "pay", "{}")], "no place"],
    ["it has a choice without a place", [chunk({ content: "x" }, null, -1)], "no place"],
    ["it has texts that are none", [chunk({ content: { text: "x" } })], "no text"],
  ])("%s", async (_, events, says) => {
    const { chunks, failure, desk } = await read(events);
    expect(failure).toBeInstanceOf(OpenAI.APIError);
    expect(failure).toMatchObject({ code: "invalid_answer", message: expect.stringContaining(says) });
    expect(callsOf(chunks)).toEqual([]);
    expect(desk.served.requests).toHaveLength(1);
    expect(await typesOf(desk)).not.toContain("call.started");
  });

  it("the server says that it failed", async () => {
    const { chunks, failure } = await read([...start, { error: { message: "overloaded", code: "busy" } }, chunk({}, "tool_calls"), DONE]);
    expect(failure).toBeInstanceOf(OpenAI.APIError);
    expect(failure).toMatchObject({ code: "busy", message: expect.stringContaining("overloaded") });
    expect(callsOf(chunks)).toEqual([]);
  });

  it("one without calls ends as it did", async () => {
    const { chunks, failure } = await read([chunk({ role: "assistant", content: "so " }), chunk({ content: "bob@corp.example" })], {
      policy: OUTPUTS,
    });
    expect([textOf(chunks), failure]).toEqual(["so [EMAIL_1]", undefined]);
  });
});

describe("the client's own helpers", () => {
  const said = [...chunksOf({ content: "I pay", tool_calls: [toolCall("c1", "pay", { amount: 5 })] }), usageChunk(), DONE];

  it("tee, and pass on what they read", async () => {
    const desk = await deskOn(() => sse(said));
    const [left, right] = (await desk.client.chat.completions.create(STREAM)).tee();
    const copied = ChatCompletionStream.fromReadableStream(left.toReadableStream());
    expect((await copied.finalMessage()).tool_calls).toMatchObject([toolCall("c1", "pay", { amount: 5 })]);
    const chunks: ChatCompletionChunk[] = [];
    for await (const chunk of right) chunks.push(chunk);
    expect(textOf(chunks)).toBe("I pay");
    await desk.close();
  });

  it("tell what happens as they do without the shield", async () => {
    const told = async (client: OpenAI): Promise<unknown> => {
      const seen: unknown[] = [];
      const stream = client.chat.completions.stream(STREAM);
      stream.on("content", (delta, snapshot) => seen.push([delta, snapshot]));
      stream.on("content.done", ({ content }) => seen.push(content));
      stream.on("tool_calls.function.arguments.done", ({ name, arguments: args, index }) => seen.push([name, args, index]));
      return [await stream.finalChatCompletion(), seen, await stream.totalUsage()];
    };
    const desk = await deskOn(() => sse(said));
    const bare = await told(bareClient(desk.served));
    expect(await told(desk.client)).toEqual(bare);
    await desk.close();
  });

  it("stop reading, and the server hears of it", async () => {
    let gone: AbortSignal | undefined;
    const desk = await deskOn((request) => {
      gone = request.gone;
      return sse([chunk({ content: "one" }), chunk({ content: "two" })], { end: "hang" });
    });
    for await (const _ of await desk.client.chat.completions.create(STREAM)) break;
    await expect.poll(() => gone?.aborted).toBe(true);
    expect(await typesOf(desk)).toContain("message.observed");
    await desk.close();
  });
});

describe("the events of a body", () => {
  it("are those that the client would read, wherever it is cut", async () => {
    const body = [
      ": open\n\n",
      'data: {"choices":[{"index":0,"delta":{"content":"a€"}}]}\n\n',
      'event: message\r\ndata:{"choices":[{"index":0,\r\ndata: "delta":{"content":"b"}}]}\r\nid: 5\r\n\r\n',
      'data: {"choices":[{"index":0,"delta":{"content":"c\\u2028\u2028d"}}]}\r\r',
      '\n\r\nretry: 5\n\ndata: {"choices":[{"index":0,"delta":{"content":"e"}}]}\n\n',
      'data: {"choices":[{"index":0,"delta":{"content":"f"}}]}',
    ].join("");
    const bytes = new TextEncoder().encode(body);
    for (let size = 1; size < 40; size += 3) {
      const cut = function* (): Generator<Uint8Array> {
        for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
      };
      const desk = await deskOn(() => ({ headers: { "content-type": "text/event-stream" }, body: cut() }));
      const textWith = async (client: OpenAI): Promise<string> => {
        const chunks: ChatCompletionChunk[] = [];
        const stream: Stream<ChatCompletionChunk> = await client.chat.completions.create(STREAM);
        for await (const chunk of stream) chunks.push(chunk);
        return textOf(chunks);
      };
      expect(await textWith(desk.client)).toBe("a€bc\u2028\u2028def");
      expect(await textWith(bareClient(desk.served))).toBe("a€bc\u2028\u2028def");
      await desk.close();
    }
  });
});
