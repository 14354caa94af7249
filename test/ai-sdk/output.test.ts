import { guardTools, policyMiddleware } from "@sallyport/ai-sdk";
import { memoryStore, type Gate } from "@sallyport/core";
import { generateText, isStepCount, simulateReadableStream, streamText, tool, wrapLanguageModel, type LanguageModel } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { all, call, failing, gateOn, recordsOf, scripted, SESSION, text, type Content } from "./kit.ts";

type DoStream = Awaited<ReturnType<InstanceType<typeof MockLanguageModelV4>["doStream"]>>["stream"];
type Part = DoStream extends ReadableStream<infer P> ? P : never;

const head = `
version: 1
name: outputs
boundary: { internal: [] }
tools: { look: { effect: read }, watch: { effect: read } }
`;
const MASK = `${head}
rules:
  - { id: mask, on: output, detect: [pii.email], decide: redact }
  - { id: mask-results, on: result, detect: [pii.email], decide: redact }
`;
const STRICT = `${MASK}
  - { id: no-plans, on: output, when: 'text.contains("PLAN")', decide: deny }
`;

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};
const stop = { unified: "stop", raw: undefined } as const;
const signed = { provider: { signature: "s-1" } };
const logged = { provider: { logprobs: ["bob@corp.example"] } };

let store: ReturnType<typeof memoryStore>;
let gate: Gate;
beforeEach(async () => {
  store = memoryStore();
  gate = await gateOn(store, STRICT);
});

/** A model behind the middleware. */
function behind(model: InstanceType<typeof MockLanguageModelV4>, on: Gate = gate): LanguageModel {
  return wrapLanguageModel({ model, middleware: policyMiddleware(on, { session: SESSION }) });
}

const outputs = async (): Promise<readonly unknown[]> =>
  (await recordsOf(store)).flatMap(({ type, state, payload }) =>
    type === "output.released" ? [[state["decision"], payload?.["text"] ?? null]] : [],
  );

describe("a whole answer", () => {
  const answer = async (content: Content[], more: object = {}) => {
    const model = new MockLanguageModelV4({ doGenerate: async () => ({ content, finishReason: stop, usage, warnings: [], ...more }) });
    return generateText({ model: behind(model), prompt: "go", include: { responseBody: true } });
  };

  it("passes what the rules let pass as it is", async () => {
    const result = await answer([{ type: "reasoning", text: "hm", providerMetadata: signed }, text("hello")], {
      response: { body: { raw: "hello" } },
      providerMetadata: signed,
    });
    expect(result.text).toBe("hello");
    expect(result.reasoning).toMatchObject([{ text: "hm", providerMetadata: signed }]);
    expect(result.finalStep.providerMetadata).toEqual(signed);
    expect(await outputs()).toEqual([
      ["allow", "hm"],
      ["allow", "hello"],
    ]);
  });

  it("masks texts that follow each other as one, whatever stands beside them", async () => {
    const source: Content = { type: "source", sourceType: "url", id: "u", url: "https://out.example" };
    const result = await answer([text("to bob@"), source, text("corp.example, please"), text("!")]);
    expect(result.text).toBe("to [EMAIL_1], please!");
    expect(result.sources).toHaveLength(1);
    expect(await outputs()).toEqual([["redact", "to [EMAIL_1], please!"]]);
  });

  it("leaves nothing that repeats what was masked", async () => {
    const result = await answer(
      [
        { type: "reasoning", text: "ask bob@corp.example", providerMetadata: signed },
        { type: "text", text: "ask bob@corp.example", providerMetadata: logged },
      ],
      { response: { body: { raw: "bob@corp.example" } }, providerMetadata: logged },
    );
    expect(result.text).toBe("ask [EMAIL_1]");
    expect(result.reasoningText).toBe("ask [EMAIL_1]");
    expect(JSON.stringify([result.steps, result.response, result.responseMessages])).not.toContain("bob@");
    expect(JSON.stringify(result.steps)).not.toContain("s-1");
  });

  it("takes texts on both sides of a call for two", async () => {
    const model = scripted([text("one PLAN"), call("look", {}), text("two")], [text("bye")]);
    const tools = { look: tool({ inputSchema: z.object({}), execute: async () => "seen" }) };
    const { steps } = await generateText({
      model: behind(model),
      prompt: "go",
      ...guardTools(gate, tools, { session: SESSION }),
      stopWhen: isStepCount(3),
    });
    expect(steps[0]?.text).toBe("output withheld by policy (no-plans)two");
    expect(steps[0]?.toolResults).toHaveLength(1);
    expect(await outputs()).toEqual([
      ["deny", null],
      ["allow", "two"],
      ["allow", "bye"],
    ]);
  });

  it("says nothing where the store is down, or to strangers", async () => {
    for (const on of [await gateOn(failing(store), STRICT), { ...gate, session: stranger(gate) }]) {
      const model = behind(scripted([text("the number is 4711")]), on);
      const failed: unknown = await generateText({ model, prompt: "go", maxRetries: 0 }).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(Error);
      expect(String(failed)).toMatch(/disk is full|another principal/);
      expect(String(failed)).not.toContain("number is");
    }
  });
});

describe("a streamed answer", () => {
  const streamed = (parts: readonly Part[], on: Gate = gate) => {
    const chunks: Part[] = [{ type: "stream-start", warnings: [] }, ...parts, { type: "finish", finishReason: stop, usage }];
    const model = new MockLanguageModelV4({ doStream: async () => ({ stream: simulateReadableStream({ chunks }) }) });
    return streamText({ model: behind(model, on), prompt: "go", include: { rawChunks: true }, onError: () => {} });
  };
  const deltas = (said: string, id = "t0"): Part[] => [
    { type: "text-start", id },
    ...said.split("").map((delta): Part => ({ type: "text-delta", id, delta })),
    { type: "text-end", id },
  ];
  /** What a client gets of a stream: `type id` or the words. */
  const shape = (parts: readonly { readonly type: string }[]): readonly string[] =>
    parts.flatMap((part) => {
      if (!/^(text|reasoning)-/.test(part.type)) return [];
      return part.type.endsWith("-delta") ? [String(Reflect.get(part, "text"))] : [`${part.type} ${String(Reflect.get(part, "id"))}`];
    });

  it("is masked however it is cut, and its parts stay valid", async () => {
    const parts = await all(streamed(deltas("write to bob@corp.example please")).fullStream);
    expect(shape(parts)).toEqual(["text-start t0", "write to [EMAIL_1] please", "text-end t0"]);
    expect(await outputs()).toEqual([["redact", "write to [EMAIL_1] please"]]);
  });

  it("is one output over parts that follow each other", async () => {
    const result = streamed([
      ...deltas("write to bob@"),
      { type: "source", sourceType: "url", id: "u", url: "https://x.example" },
      ...deltas("corp.example", "t1"),
    ]);
    expect(shape(await all(result.fullStream))).toEqual([
      "text-start t0",
      "text-end t0",
      "text-start t1",
      "write to [EMAIL_1]",
      "text-end t1",
    ]);
    expect(await result.text).toBe("write to [EMAIL_1]");
    expect(await outputs()).toHaveLength(1);
  });

  it("is withheld whole where a rule denies it", async () => {
    const result = streamed(deltas("we sell, that is the PLAN"));
    expect(shape(await all(result.fullStream))).toEqual(["text-start t0", "output withheld by policy (no-plans)", "text-end t0"]);
  });

  it("lets reasoning out like text, each part for itself, with its signature only where its words are its own", async () => {
    const thought = (id: string, said: string): Part[] => [
      { type: "reasoning-start", id },
      { type: "reasoning-delta", id, delta: said },
      { type: "reasoning-delta", id, delta: "", providerMetadata: signed },
      { type: "reasoning-end", id },
    ];
    const result = streamed([...thought("r0", "hm"), ...thought("r1", "ask bob@corp.example"), ...deltas("hello")]);
    expect(shape(await all(result.fullStream))).toEqual([
      "reasoning-start r0",
      "hm",
      "reasoning-end r0",
      "reasoning-start r1",
      "ask [EMAIL_1]",
      "reasoning-end r1",
      "text-start t0",
      "hello",
      "text-end t0",
    ]);
    const [first, second] = await result.reasoning;
    expect(first).toMatchObject({ text: "hm", providerMetadata: signed });
    expect(second).toMatchObject({ text: "ask [EMAIL_1]" });
    expect(second?.providerMetadata).toBeUndefined();
  });

  it("shows nothing as the provider wrote it", async () => {
    const raw: Part = { type: "raw", rawValue: { delta: "bob@corp.example" } };
    const chunks: Part[] = [raw, ...deltas("bob@corp.example"), { type: "finish", finishReason: stop, usage, providerMetadata: logged }];
    const model = new MockLanguageModelV4({ doStream: async () => ({ stream: simulateReadableStream({ chunks }) }) });
    const result = streamText({ model: behind(model), prompt: "go", include: { rawChunks: true } });
    const parts = await all(result.fullStream);
    expect(JSON.stringify([parts, await result.steps])).not.toContain("bob@");
  });

  it("takes nothing for text that is interleaved with reasoning but what is its own", async () => {
    const result = streamed([
      { type: "text-start", id: "t" },
      { type: "text-delta", id: "t", delta: "a" },
      { type: "reasoning-start", id: "r" },
      { type: "reasoning-delta", id: "r", delta: "b" },
      { type: "text-delta", id: "t", delta: "c" },
      { type: "text-end", id: "t" },
      { type: "reasoning-end", id: "r" },
    ]);
    await all(result.fullStream);
    expect(await result.text).toBe("ac");
    expect(await result.reasoningText).toBe("b");
  });

  it("ends in an error where the store is down, and shows nothing", async () => {
    const shown: string[] = [];
    const { fullStream } = streamed(deltas("the number is 4711"), await gateOn(failing(store), STRICT));
    const reading = (async () => {
      for await (const part of fullStream) if (part.type === "text-delta") shown.push(part.text);
    })();
    await expect(reading).rejects.toThrow("the disk is full");
    expect(shown.join("")).toBe("");
  });

  it("is let out before its end where no rule has to see all of it", async () => {
    const on = await gateOn(store, MASK);
    const long = "nothing of this is anybody's address, and it goes on and on. ";
    const parts = Array.from({ length: 60 }, (): Part => ({ type: "text-delta", id: "t", delta: long }));
    const result = streamed([{ type: "text-start", id: "t" }, ...parts, { type: "text-end", id: "t" }, ...deltas("bob@corp.example")], on);
    expect(shape(await all(result.fullStream)).length).toBeGreaterThan(5);
    expect(await result.text).toBe(`${long.repeat(60)}[EMAIL_1]`);
    expect(await outputs()).toHaveLength(1);
  });

  it("is on record as far as it was said where nobody listens any more", async () => {
    const on = await gateOn(store, MASK);
    const { wrapStream } = policyMiddleware(on, { session: SESSION });
    if (wrapStream === undefined) throw new Error("it streams");
    const endless = new ReadableStream<Part>({
      start: (out) => out.enqueue({ type: "text-start", id: "t" }),
      pull: (out) => out.enqueue({ type: "text-delta", id: "t", delta: "on and on " }),
    });
    const model = new MockLanguageModelV4({ doStream: async () => ({ stream: endless }) });
    const params = { prompt: [] };
    const { stream } = await wrapStream({
      doGenerate: async () => model.doGenerate(params),
      doStream: async () => model.doStream(params),
      params,
      model,
    });
    const reader = stream.getReader();
    for (let read = 0; read < 9; read++) await reader.read();
    await reader.cancel();
    await expect.poll(outputs).toHaveLength(1);
  });
});

it("masks every yield of a tool that streams", async () => {
  const watch = tool({
    inputSchema: z.object({}),
    async *execute() {
      yield "asking bob@corp.example";
      yield "asked bob@corp.example";
    },
  });
  const model = scripted([call("watch", {})], [text("bye")]);
  const result = streamText({
    model: behind(model),
    prompt: "go",
    ...guardTools(gate, { watch }, { session: SESSION }),
    stopWhen: isStepCount(3),
  });
  const parts = await all(result.fullStream);
  expect(JSON.stringify(parts)).not.toContain("bob@");
  expect(parts.flatMap((part) => (part.type === "tool-result" ? [part.output] : []))).toEqual([
    "asking [EMAIL_1]",
    "asked [EMAIL_1]",
    "asked [EMAIL_1]",
  ]);
});

/** Sessions of somebody who is not the session's principal. */
function stranger(on: Gate): Gate["session"] {
  return (init) => on.session({ ...init, principal: { id: "mallory" } });
}
