import { createGate, loadPolicy, memoryStore } from "@sallyport/core";
import { shieldClient } from "@sallyport/openai";
import { OpenAI } from "openai";
import { medianOf, roundOfAsync } from "./measure.ts";
import type { Section } from "./section.ts";
import { figure, tableOf } from "./table.ts";

/** What a chunk of a streamed answer costs, in microseconds. */
interface ChunkCost {
  readonly policy: string;
  /** read by the client alone */
  readonly bare: number;
  /** what the shield adds to that */
  readonly shield: number;
}

const CHUNKS = 2_000;
const ROUNDS = 15;
const WORDS = ["the ", "order ", "of ", "yesterday ", "has ", "left ", "our ", "house.\n"];

const POLICIES = [
  { policy: "no rule on output", rules: "" },
  { policy: "mail addresses are masked", rules: "\n  - { id: mask, on: output, detect: [pii.email], decide: redact }" },
];

/** What the shielded OpenAI client adds to a chunk of a streamed answer. */
export const chunks: Section = {
  name: "chunks",
  title: "Streams of the OpenAI client",
  async measure(say) {
    say("2,000 chunks");
    const rows = (await measureChunks()).map(({ policy, bare, shield }) => [policy, figure(bare), figure(shield)]);
    const text = `A chunk of a streamed answer, read by the official client from the same server text, each chunk in a piece of its own: by itself, and what the shield adds.

${tableOf(["policy", "bare client, µs a chunk", "the shield adds, µs a chunk"], rows)}`;
    return { text, charts: [], targets: [] };
  },
};

/** Measures a long text under each policy: both clients read it in turn, and the median of the differences counts. */
async function measureChunks(): Promise<readonly ChunkCost[]> {
  const bare = new OpenAI({ apiKey: "none", fetch: async () => answer() });
  const costs: ChunkCost[] = [];
  for (const { policy, rules } of POLICIES) {
    const shielded = await shieldOf(bare, rules);
    const rounds: { readonly bare: number; readonly shield: number }[] = [];
    // the first rounds warm everything up
    for (let round = 0; round < ROUNDS; round++) {
      const alone = await roundOfAsync(() => readWith(bare), 3);
      const both = await roundOfAsync(() => readWith(shielded), 3);
      if (round >= 4) rounds.push({ bare: alone / CHUNKS, shield: (both - alone) / CHUNKS });
    }
    costs.push({ policy, bare: medianOf(rounds.map(({ bare }) => bare)), shield: medianOf(rounds.map(({ shield }) => shield)) });
  }
  return costs;
}

async function shieldOf(bare: OpenAI, rules: string): Promise<OpenAI> {
  const policy = loadPolicy(`
version: 1
name: bench
tools: { look: { effect: read } }
rules:
  - { id: reading, tools: [look], when: 'true', decide: allow }${rules}
`);
  const gate = await createGate({ policy, store: memoryStore() });
  let chats = 0;
  const principal = { id: "ann" };
  return shieldClient(bare, gate, { session: () => ({ id: `s${chats++}`, principal, agent: { id: "desk" } }) });
}

async function readWith(client: OpenAI): Promise<number> {
  const stream = await client.chat.completions.create({ model: "none", messages: [{ role: "user", content: "hello" }], stream: true });
  let read = 0;
  for await (const { choices } of stream) read += choices[0]?.delta.content?.length ?? 0;
  return read;
}

function answer(): Response {
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(out) {
      const part = PARTS[at++];
      if (part === undefined) out.close();
      else out.enqueue(part);
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

const PARTS: readonly Uint8Array[] = [
  ...Array.from({ length: CHUNKS }, (_, at) => chunk({ content: WORDS[at % WORDS.length] }, null)),
  chunk({}, "stop"),
  new TextEncoder().encode("data: [DONE]\n\n"),
];

function chunk(delta: object, finish: string | null): Uint8Array {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
  const data = {
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1,
    model: "none",
    system_fingerprint: "fp",
    choices,
    usage: null,
  };
  return new TextEncoder().encode(`data: ${JSON.stringify(data)}\n\n`);
}
