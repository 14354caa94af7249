import { memoryStore, type Store } from "@sallyport/core";
import { ApprovalRequired, callResponseTools, guardTools, shieldClient } from "@sallyport/openai";
import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError, OpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { approveAll, benchOf, gateOn, MODEL, post, SESSION, TOOLS } from "./responses-kit.ts";
import { answerOf, calls, eventsOf, says } from "./responses-server.ts";
import { apiError, json, serve, sse, type Answer } from "./server.ts";

const tools = [...TOOLS];
const body = { model: MODEL, input: "go", tools };
const answer = answerOf({ body: {} }, "resp_1", { output: [says("hello"), calls("look", {})] });

/** What a shielded client and a bare one make of the same server. */
async function bothOf(says: () => Answer | "hang", options: { readonly timeout?: number; readonly store?: Store } = {}) {
  const server = await serve(says);
  const { gate } = await gateOn(options.store === undefined ? {} : { store: options.store });
  const bare = new OpenAI({ apiKey: "test", baseURL: server.baseURL, maxRetries: 1, timeout: options.timeout ?? 10_000 });
  const faults: unknown[] = [];
  const client = shieldClient(bare, gate, { session: SESSION, onFault: (error) => void faults.push(error) });
  return { bare, client, server, faults, [Symbol.asyncDispose]: server.close };
}

const failing = async (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => undefined,
    (error: unknown) => error,
  );

/** A store that takes no record of this type. */
function without(type: string): Store {
  const whole = memoryStore();
  return {
    append: async (batches) => {
      if (batches.some(({ records }) => records.some((record) => record.type === type))) throw new Error("the disk is full");
      return whole.append(batches);
    },
    now: () => whole.now(),
    read: (stream, from) => whole.read(stream, from),
    approvals: (query) => whole.approvals(query),
    watch: (signal) => whole.watch(signal),
  };
}

describe("the server", () => {
  it.each([400, 401, 429, 500])("fails with %i: the client's own error and its own retries", async (status) => {
    await using both = await bothOf(() => ({ ...apiError(status, "no"), headers: { "retry-after-ms": "1" } }));
    const native = await failing(both.bare.responses.create(body));
    const asked = both.server.requests.length;
    const shielded = await failing(both.client.responses.create(body));
    expect(Object.getPrototypeOf(shielded)).toBe(Object.getPrototypeOf(native));
    expect(shielded).toMatchObject({ status });
    expect(both.server.requests.length).toBe(2 * asked);
  });

  it.each<[string, () => Answer]>([
    ["no JSON", () => ({ ...json({}), body: ["<html>"] })],
    ["half an answer", () => ({ ...json({}), body: [JSON.stringify(answer).slice(0, -20)] })],
    ["a connection that breaks", () => ({ ...json({}), body: [JSON.stringify(answer).slice(0, -20)], end: "break" })],
    ["an output that is none", () => json({ ...answer, output: { type: "function_call" } })],
    ["an unknown item", () => json({ ...answer, output: [{ type: "telepathy_call", call_id: "c" }] })],
    ["100 MB", () => ({ ...json({}), body: chunks(100) })],
  ])("sends %s: an APIError, once", async (_, sends) => {
    await using both = await bothOf(sends);
    expect(await failing(both.client.responses.create(body))).toMatchObject({ status: 502, code: "invalid_answer" });
    expect(both.server.requests).toHaveLength(1);
  });

  it("hangs: the client's timeout and abort work as natively", async () => {
    await using both = await bothOf(() => "hang", { timeout: 100 });
    expect(await failing(both.client.responses.create(body, { maxRetries: 0 }))).toBeInstanceOf(APIConnectionTimeoutError);
    const signal = AbortSignal.timeout(50);
    expect(await failing(both.client.responses.create(body, { signal, timeout: 5000 }))).toBeInstanceOf(APIUserAbortError);
    await using within = await bothOf(() => ({ ...json({}), body: ["{"], end: "hang" }), { timeout: 100 });
    expect(await failing(within.client.responses.create(body, { maxRetries: 0 }))).toBeInstanceOf(APIConnectionError);
  });
});

function* chunks(megabytes: number): Generator<string> {
  const chunk = " ".repeat(1024 * 1024);
  for (let sent = 0; sent < megabytes; sent += 1) yield chunk;
}

describe("the gate", () => {
  it.each(["call.started", "output.released", "text.kept", "call.proposed"])(
    "cannot write %s: nothing gets through, and nothing is tried again",
    async (type) => {
      await using both = await bothOf(() => json(answer), { store: without(type) });
      const result = await both.client.responses.create(body).catch((error: unknown) => error);
      expect(JSON.stringify(result)).not.toContain('"function_call"');
      expect(both.server.requests).toHaveLength(1);
      await using streamed = await bothOf(() => sse(eventsOf(answer)), { store: without(type) });
      const events: unknown[] = [];
      const error = await failing(
        (async () => {
          for await (const event of await streamed.client.responses.create({ ...body, stream: true })) events.push(event);
        })(),
      );
      expect(JSON.stringify(events)).not.toContain('"function_call"');
      if (error !== undefined) expect(error).toBeInstanceOf(APIError);
      expect(streamed.server.requests).toHaveLength(1);
    },
  );
});

describe("a loop with guarded functions", () => {
  it("pauses, goes on without another model call, and pays once", async () => {
    const paid: unknown[] = [];
    const pay = {
      type: "function" as const,
      name: "pay",
      description: "pays",
      parameters: { type: "object" },
      strict: false,
      parse: JSON.parse,
      function: async (args: unknown) => paid.push(args),
    };
    await using bench = await benchOf([{ output: [says("paying"), calls("pay", { amount: 500 })] }, { output: [says("paid")] }]);
    const guarded = guardTools(bench.gate, [pay], { session: SESSION });
    const client = shieldClient(bench.bare, bench.gate, { session: SESSION, tools: guarded });
    const input: unknown[] = [{ role: "user", content: "pay 500" }];
    const turn = async (): Promise<string> => {
      const response = await post(client, { input, tools: guarded });
      const results = await callResponseTools(guarded, response, { input: [] });
      input.push(...response.output, ...results);
      return JSON.stringify(response.output);
    };
    await expect(turn()).rejects.toBeInstanceOf(ApprovalRequired);
    await expect(turn()).rejects.toBeInstanceOf(ApprovalRequired);
    expect([paid, bench.server.asked()]).toEqual([[], 1]);
    await approveAll(bench.gate);
    await turn();
    expect(await turn()).toContain("paid");
    expect([paid, bench.server.asked()]).toEqual([[{ amount: 500, memo: "by sallyport" }], 2]);
    expect(bench.server.requests.at(-1)?.body["input"]).toMatchObject([
      {},
      { type: "message" },
      { type: "function_call" },
      { type: "function_call_output", output: "1" },
    ]);
  });
});
