import { Agent } from "@mastra/core/agent";
import { Mastra } from "@mastra/core/mastra";
import type { Processor } from "@mastra/core/processors";
import type { Gate } from "@sallyport/core";
import { policyProcessor } from "@sallyport/mastra";
import { simulateReadableStream } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  agentOn,
  call,
  deskIn,
  emptyWorld,
  failing,
  gateOn,
  guarded,
  modelOf,
  recordsOf,
  runOf,
  scripted,
  SESSION,
  text,
  type Desk,
} from "./kit.ts";

const POLICY = `
version: 1
name: outputs
boundary: { internal: [] }
tools: { look: { effect: read } }
rules:
  - { id: mask, on: output, detect: [pii.email], decide: redact }
  - { id: no-plans, on: output, when: 'text.contains("PLAN")', decide: deny }
`;

type DoStream = Awaited<ReturnType<InstanceType<typeof MockLanguageModelV4>["doStream"]>>["stream"];
type Part = DoStream extends ReadableStream<infer P> ? P : never;

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};
const signed = { provider: { signature: "s-1" } };

let desk: Desk;
let gate: Gate;
beforeEach(async () => {
  desk = deskIn();
  gate = await gateOn(desk.store, POLICY);
});
afterEach(async () => desk.close());

const outputs = async (): Promise<readonly unknown[]> =>
  (await recordsOf(desk.store)).flatMap(({ type, state, payload }) =>
    type === "output.released" ? [[state["decision"], payload?.["text"] ?? null]] : [],
  );

/** The texts and their places in a stream. */
const shape = (chunks: readonly unknown[]): readonly string[] =>
  chunks.flatMap((chunk) => {
    const { type, payload }: { readonly type?: unknown; readonly payload?: unknown } = Object(chunk);
    if (!/^(text|reasoning)-(start|delta|end)$/.test(String(type))) return [];
    return [String(type).endsWith("-delta") ? String(Reflect.get(Object(payload), "text")) : String(type)];
  });

/** A model that streams these parts. */
function streaming(...parts: readonly Part[]): InstanceType<typeof MockLanguageModelV4> {
  const finish: Part = { type: "finish", finishReason: { unified: "stop", raw: undefined }, usage };
  const chunks: Part[] = [{ type: "stream-start", warnings: [] }, ...parts, finish];
  return new MockLanguageModelV4({ doStream: async () => ({ stream: simulateReadableStream({ chunks }) }) });
}

const letters = (said: string, id = "t0"): Part[] => [
  { type: "text-start", id },
  ...said.split("").map((delta): Part => ({ type: "text-delta", id, delta })),
  { type: "text-end", id },
];

describe.each(["generate", "stream"] as const)("what an agent says (%s)", (kind) => {
  it("is masked or withheld, also beside calls, before anything of it gets anywhere", async () => {
    const model = scripted([text("I ask bob@corp.example"), call("look", { id: 1 })], [text("the PLAN is to sell")]);
    const run = await runOf(agentOn(desk.storage, gate, model, { tools: guarded(gate, emptyWorld()) }), kind);
    expect(JSON.stringify(run)).not.toMatch(/bob@|to sell/);
    expect(JSON.stringify(run)).toContain("output withheld by policy (no-plans)");
    expect(await outputs()).toEqual([
      ["redact", "I ask [EMAIL_1]"],
      ["deny", null],
    ]);
    const prompts = [...model.doGenerateCalls, ...model.doStreamCalls].map(({ prompt }) => prompt);
    expect(JSON.stringify(prompts)).not.toContain("bob@");
  });

  it("is not said where the store is down: the run is blocked, and says nothing of what broke", async () => {
    const on = await gateOn(failing(desk.store), POLICY);
    const policy = policyProcessor(on, { session: SESSION, onFault: () => {} });
    const agent = agentWith([policy], scripted([text("the number is 4711")]));
    const run = await runOf(agent, kind);
    expect(JSON.stringify(run)).not.toMatch(/number is|disk/);
    expect(Object(run.native).tripwire).toMatchObject({ processorId: "sallyport" });
  });
});

describe("a stream", () => {
  it("keeps its chunks in order, however the text is cut", async () => {
    const { chunks } = await runOf(agentOn(desk.storage, gate, streaming(...letters("write to bob@corp.example please"))), "stream");
    expect(shape(chunks)).toEqual(["text-start", "write to [EMAIL_1] please", "text-end"]);
  });

  it("is one output over texts that follow each other", async () => {
    const { chunks } = await runOf(
      agentOn(desk.storage, gate, streaming(...letters("to bob@"), ...letters("corp.example", "t1"))),
      "stream",
    );
    expect(shape(chunks)).toEqual(["text-start", "text-end", "text-start", "to [EMAIL_1]", "text-end"]);
    expect(await outputs()).toHaveLength(1);
  });

  it("lets reasoning out like text, with its signature only where its words are its own", async () => {
    const thought = (id: string, delta: string): Part[] => [
      { type: "reasoning-start", id },
      { type: "reasoning-delta", id, delta },
      { type: "reasoning-end", id, providerMetadata: signed },
    ];
    const { chunks } = await runOf(
      agentOn(desk.storage, gate, streaming(...thought("r0", "hm"), ...thought("r1", "ask bob@corp.example"), ...letters("hi"))),
      "stream",
    );
    const ends = chunks.filter((chunk) => Object(chunk).type === "reasoning-end").map((chunk) => JSON.stringify(chunk).includes("s-1"));
    expect(ends).toEqual([true, false]);
    expect(JSON.stringify(chunks)).not.toContain("bob@");
  });

  // Mastra goes on with a chunk whose processor failed: what the gate cannot look at must not go out by that
  it("lets nothing out where the host's own code throws", async () => {
    const policy = policyProcessor(gate, { session: flaky(1), onCoverage: () => {}, onFault: () => {} });
    const agent = agentWith([policy], streaming(...letters("the number is 4711")));
    const { chunks } = await runOf(agent, "stream");
    expect(JSON.stringify(chunks)).not.toMatch(/the number|a secret of the host/);
  });

  it("passes what other processors made of its chunks, before and after", async () => {
    const louder = (id: string): Processor => ({
      id,
      processOutputStream: async ({ part }) =>
        part.type === "text-delta" ? { ...part, payload: { ...part.payload, text: part.payload.text.toUpperCase() } } : { ...part },
    });
    const policy = policyProcessor(gate, { session: SESSION, onCoverage: () => {} });
    const said = streaming(...letters("ask bob@corp.example"), ...letters(" twice", "t1"));
    const { chunks, native } = await runOf(agentWith([louder("before"), policy, louder("after")], said), "stream");
    expect(shape(chunks)).toEqual(["text-start", "text-end", "text-start", "ASK [EMAIL_1] TWICE", "text-end"]);
    expect(Object(native).text).toBe("ASK [EMAIL_1] TWICE");
    expect(await outputs()).toHaveLength(1);
  });
});

/** An agent with these output processors. */
function agentWith(outputProcessors: Processor[], model: InstanceType<typeof MockLanguageModelV4>): Agent {
  const [policy] = outputProcessors.filter(({ id }) => id === "sallyport");
  const desk2 = new Agent({
    id: "desk",
    name: "desk",
    instructions: "help",
    model: modelOf(model),
    ...Object({ inputProcessors: policy === undefined ? [] : [policy] }),
    outputProcessors,
  });
  return new Mastra({ agents: { desk: desk2 }, storage: desk.storage, logger: false }).getAgent("desk");
}

/** A host's function that throws from the n-th time on. */
function flaky(times: number): () => typeof SESSION {
  let left = times;
  return () => {
    if (--left < 0) throw new Error("a secret of the host");
    return SESSION;
  };
}
