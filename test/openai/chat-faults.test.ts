import { loadPolicy, type Store } from "@sallyport/core";
import { OpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { asked, bareClient, deskOn, OUTPUTS, POLICY, typesOf, type Desk, type DeskOptions } from "./chat-kit.ts";
import { answerTo, chunk, completion, toolCall } from "./completions.ts";
import { apiError, sse, type Answer } from "./server.ts";

type Way = "whole" | "streamed";
const PAY = { content: "I pay", tool_calls: [toolCall("c1", "pay", { amount: 5 })] };

/** What the app sees: the calls it got, and what was thrown. */
async function seenBy(
  client: OpenAI,
  way: Way,
  options: OpenAI.RequestOptions = {},
): Promise<{ readonly calls: readonly unknown[]; readonly text: string; readonly failure: unknown }> {
  const calls: unknown[] = [];
  let text = "";
  try {
    if (way === "whole") {
      const message = (await client.chat.completions.create(asked(), options)).choices[0]?.message;
      return { calls: message?.tool_calls ?? [], text: message?.content ?? "", failure: undefined };
    }
    for await (const { choices } of await client.chat.completions.create({ ...asked(), stream: true }, options)) {
      calls.push(...(choices[0]?.delta.tool_calls ?? []));
      text += choices[0]?.delta.content ?? "";
    }
    return { calls, text, failure: undefined };
  } catch (failure) {
    return { calls, text, failure };
  }
}

const nameOf = (failure: unknown): unknown => (failure instanceof Error ? [failure.constructor.name, failure.message] : failure);

describe.each<Way>(["whole", "streamed"])("what the server does (%s)", (way) => {
  const bothSee = async (answer: () => Answer | "hang"): Promise<Desk> => {
    const desk = await deskOn(answer);
    const bare = await seenBy(bareClient(desk.served), way);
    const natively = desk.served.requests.length;
    const seen = await seenBy(desk.client, way);
    expect(nameOf(seen.failure)).toEqual(nameOf(bare.failure));
    expect(desk.served.requests).toHaveLength(2 * natively);
    expect(desk.faults).toEqual([]);
    await desk.close();
    return desk;
  };

  it.each([400, 401, 403, 404, 409, 422, 429, 500, 503])("is thrown and tried again as it is without the shield: %i", async (status) => {
    const desk = await bothSee(() => ({
      ...apiError(status, "no"),
      headers: { "content-type": "application/json", "retry-after-ms": "1" },
    }));
    expect(await typesOf(desk)).not.toContain("call.proposed");
  });

  it("may be to hang up before it says anything", async () => {
    const desk = await deskOn(() => ({ body: [], end: "break" }));
    const seen = await seenBy(desk.client, way);
    expect(seen.failure).toBeInstanceOf(OpenAI.APIError);
    await desk.close();
  });

  it("may be to break off", async () => {
    const text = way === "whole" ? JSON.stringify(completion(PAY)) : "";
    const start = [chunk({ content: "so " }), chunk({ tool_calls: [{ index: 0, ...toolCall("c1", "pay", { amount: 5 }) }] })];
    const desk = await deskOn(() => (way === "whole" ? { body: [text.slice(0, -3)], end: "break" } : sse(start, { end: "break" })));
    const seen = await seenBy(desk.client, way);
    expect(seen.failure).toBeInstanceOf(OpenAI.APIError);
    expect(seen.failure).toMatchObject({ code: "invalid_answer", message: expect.stringContaining("the connection broke") });
    expect(seen.calls).toEqual([]);
    expect(desk.served.requests).toHaveLength(1);
    expect(await typesOf(desk)).not.toContain("call.proposed");
    await desk.close();
  });

  it.each(["headers", "body"])(
    "may be to hang before its %s: the client's own timeout and abort end it, and nothing is left",
    async (where) => {
      const text = JSON.stringify(completion(PAY)).slice(0, -3);
      const half = (): Answer | "hang" => {
        if (where === "headers") return "hang";
        return way === "whole"
          ? { body: [text], end: "hang" }
          : sse([chunk({ tool_calls: [{ index: 0, ...toolCall("c1", "pay", { amount: 5 }) }] })], { end: "hang" });
      };
      const gone: AbortSignal[] = [];
      const desk = await deskOn((request) => {
        gone.push(request.gone);
        return half();
      });
      const abort = new AbortController();
      const seen = seenBy(desk.client, way, { signal: abort.signal, maxRetries: 0 });
      await expect.poll(() => gone.length).toBe(1);
      abort.abort();
      const { failure, calls } = await seen;
      expect(calls).toEqual([]);
      // an abort within a stream ends it, natively too
      if (!(where === "body" && way === "streamed")) expect(failure).toBeInstanceOf(OpenAI.APIUserAbortError);
      if (!(where === "body" && way === "streamed")) {
        const late = await seenBy(desk.client, way, { timeout: 50, maxRetries: 1 });
        expect(late.failure).toBeInstanceOf(OpenAI.APIConnectionTimeoutError);
        expect(gone).toHaveLength(3);
      }
      await expect.poll(() => gone.every(({ aborted }) => aborted)).toBe(true);
      expect(desk.faults).toEqual([]);
      expect(await typesOf(desk)).not.toContain("call.proposed");
      await desk.close();
    },
  );

  const MEGABYTE = "x".repeat(1024 * 1024);
  const much = function* (start: string, piece: string): Generator<string> {
    yield start;
    for (let sent = 0; sent < 100; sent++) yield piece;
  };
  const line = (delta: object): string => `data: ${JSON.stringify(chunk(delta))}\n\n`;
  const ENDLESS: readonly (readonly [string, Way, () => Iterable<string>])[] = [
    ["one text", "whole", () => much('{"choices":[{"index":0,"message":{"content":"', MEGABYTE)],
    ["one event", "streamed", () => much('data: {"choices":[{"index":0,"delta":{"content":"', MEGABYTE)],
    ["lines without end", "streamed", () => much("data: {\n", `data: ${MEGABYTE}\n`)],
    [
      "the arguments of a call",
      "streamed",
      () =>
        much(
          line({ tool_calls: [{ index: 0, ...toolCall("c1", "pay", '{"a":"') }] }),
          line({ tool_calls: [{ index: 0, function: { arguments: MEGABYTE } }] }),
        ),
    ],
    ["a text in parts", "streamed", () => much(line({ role: "assistant" }), line({ content: MEGABYTE }))],
  ];
  it.each(ENDLESS.filter(([, which]) => which === way))("may be to send 100 MB: %s", async (_, __, body) => {
    let read = 0;
    const counted = function* (): Generator<string> {
      for (const piece of body()) {
        read += piece.length;
        yield piece;
      }
    };
    const desk = await deskOn(() => ({ headers: { "content-type": "text/event-stream" }, body: counted() }));
    const { failure, calls } = await seenBy(desk.client, way);
    expect(failure).toBeInstanceOf(OpenAI.APIError);
    expect(failure).toMatchObject({ code: "invalid_answer" });
    expect(calls).toEqual([]);
    expect(desk.served.requests).toHaveLength(1);
    // it was told to stop
    expect(read).toBeLessThan(70 * 1024 * 1024);
    expect(await typesOf(desk)).not.toContain("call.proposed");
    await desk.close();
  });
});

describe.each<Way>(["whole", "streamed"])("what breaks at the gate (%s)", (way) => {
  const failed = async (options: DeskOptions): Promise<Desk> => {
    const desk = await deskOn(({ body }) => answerTo(body, PAY), options);
    const { failure, calls } = await seenBy(desk.client, way);
    expect(failure).toBeInstanceOf(OpenAI.APIError);
    expect(failure).toMatchObject({ code: "gate_failed", message: expect.not.stringContaining("secret") });
    expect(calls).toEqual([]);
    expect(desk.faults.length).toBeGreaterThan(0);
    await desk.close();
    return desk;
  };
  const failing =
    (matches: (types: readonly string[]) => boolean) =>
    (store: Store): Store => ({
      now: () => store.now(),
      read: (stream, from) => store.read(stream, from),
      approvals: (query) => store.approvals(query),
      watch: (signal) => store.watch(signal),
      append: async (batches) => {
        if (matches(batches.flatMap(({ records }) => records.map(({ type }) => type)))) throw new Error("secret: the disk is full");
        return store.append(batches);
      },
    });

  it("before the request: nothing is sent", async () => {
    for (const options of [
      { around: failing(() => true) },
      { session: () => Promise.reject(new Error("secret: no such user")) },
      { session: () => JSON.parse("{}") },
    ] satisfies DeskOptions[]) {
      const desk = await failed(options);
      expect(desk.served.requests).toEqual([]);
    }
  });

  it("behind the answer: nothing of it is shown", async () => {
    const desk = await failed({ around: failing((types) => types.includes("output.released")) });
    expect(desk.served.requests).toHaveLength(1);
    expect(await typesOf(desk)).not.toContain("call.proposed");
  });

  it.each(["call.proposed", "call.started"])("where a call is judged: it is denied, in words as everywhere (%s)", async (type) => {
    const desk = await deskOn(({ body }) => answerTo(body, PAY), { around: failing((types) => types.includes(type)) });
    const { calls, text, failure } = await seenBy(desk.client, way);
    expect([calls, failure]).toEqual([[], undefined]);
    expect(text).toMatch(/^I pay\n\ndenied by policy: .*error:store/);
    expect(text).not.toContain("secret");
    expect(desk.served.requests).toHaveLength(1);
    expect(await typesOf(desk)).not.toContain("call.started");
    await desk.close();
  });

  it("where the policy cannot be had", async () => {
    let asked = 0;
    const policy = loadPolicy(POLICY);
    const desk = await deskOn(({ body }) => answerTo(body, PAY), {
      policy: () => {
        asked += 1;
        // it was there when the request went out
        if (asked > 4) throw new Error("secret: no such file");
        return policy;
      },
    });
    const { calls, text, failure } = await seenBy(desk.client, way);
    expect(calls).toEqual([]);
    expect([text, String(failure)].join(" ")).not.toContain("secret");
    expect(desk.served.requests.length).toBeLessThan(2);
    expect(await typesOf(desk)).not.toContain("call.started");
    await desk.close();
  });

  it("shows nothing of a text that could not be looked at", async () => {
    const desk = await deskOn(({ body }) => answerTo(body, { content: "mail bob@corp.example" }), {
      policy: OUTPUTS,
      around: failing((types) => types.includes("output.released")),
    });
    const { text, failure } = await seenBy(desk.client, way);
    expect([text, failure]).toMatchObject(["", { code: "gate_failed" }]);
    await desk.close();
  });
});
