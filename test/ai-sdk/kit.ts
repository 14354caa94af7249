import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createGate,
  loadPolicy,
  memoryStore,
  type Approval,
  type Gate,
  type LedgerRecord,
  type SessionInit,
  type Store,
} from "@sallyport/core";
import { sqliteStore } from "@sallyport/sqlite";
import { tool, type ModelMessage, type ToolApprovalRequest } from "ai";
import { MockLanguageModelV4, simulateReadableStream } from "ai/test";
import { z } from "zod";

/** Small payments run, larger ones wait for a lead, `nuke` is never allowed, and what `look` returns is cut down. */
const POLICY = `
version: 1
name: payments
boundary: { internal: [] }
tools:
  look: { effect: read }
  watch: { effect: read }
  read_mail: { effect: read, trust: untrusted }
  pay: { effect: side_effect, destination: none }
  nuke: { effect: write, destination: none }
rules:
  - { id: large, tools: [pay], when: args.amount > 100, decide: require_approval, reason: large payment, approval: { by: '"lead" in approver.roles', expires: 1h } }
  - { id: small, tools: [pay], when: args.amount <= 100, decide: allow }
  - { id: tainted, effects: [side_effect], when: '"untrusted" in session.labels', decide: deny, reason: an outside text was read }
  - { id: least-data, on: result, tools: [look, watch], keep: [id, name] }
`;

export const SESSION: SessionInit = { id: "chat-1", principal: { id: "ann" }, agent: { id: "desk" } };
export const LEAD = { id: "lea", roles: ["lead"] };

/** What the tools of a test did. */
export interface World {
  readonly paid: { readonly to: string; readonly amount: number }[];
  readonly keys: string[];
  nuked: number;
}

export function emptyWorld(): World {
  return { paid: [], keys: [], nuked: 0 };
}

/** Tools with an effect that the test can count. */
export function toolsOf(world: World) {
  return {
    pay: tool({
      description: "pays somebody",
      inputSchema: z.object({ to: z.string(), amount: z.number() }),
      execute: async (input, options) => {
        world.paid.push(input);
        world.keys.push(String(Reflect.get(options, "idempotencyKey")));
        return { receipt: world.paid.length };
      },
    }),
    nuke: tool({
      inputSchema: z.object({}),
      execute: async () => {
        world.nuked += 1;
        return "boom";
      },
    }),
    look: tool({ inputSchema: z.object({ id: z.number() }), execute: async ({ id }) => ({ id, name: "Bob", ssn: "123-45-6789" }) }),
  };
}

export async function gateOn(store: Store, policy: string = POLICY, options: { readonly strict?: boolean } = {}): Promise<Gate> {
  return createGate({ policy: loadPolicy(policy), store, ...options });
}

/** Stores that every attack is tried on; `clock` is the store's time. */
export const STORES = {
  memory: (clock: () => number) => ({ store: memoryStore({ clock }), close: async () => {} }),
  sqlite: (clock: () => number) => {
    const folder = mkdtempSync(join(tmpdir(), "sallyport-"));
    const store = sqliteStore(join(folder, "app.db"), { clock });
    return {
      store,
      close: async () => {
        await store.close();
        rmSync(folder, { recursive: true });
      },
    };
  },
};

/** A store that takes no output. */
export function failing(whole: Store): Store {
  return {
    append: async (batches) => {
      if (batches.some(({ records }) => records.some(({ type }) => type === "output.released"))) throw new Error("the disk is full");
      return whole.append(batches);
    },
    now: () => whole.now(),
    read: (stream, from) => whole.read(stream, from),
    approvals: (query) => whole.approvals(query),
    watch: (signal) => whole.watch(signal),
  };
}

type Model = InstanceType<typeof MockLanguageModelV4>;
type GenerateResult = Awaited<ReturnType<Model["doGenerate"]>>;
type StreamResult = Awaited<ReturnType<Model["doStream"]>>;
type StreamPart = StreamResult["stream"] extends ReadableStream<infer Part> ? Part : never;
export type Content = GenerateResult["content"][number];

const usage: GenerateResult["usage"] = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};

export const call = (toolName: string, input: unknown, toolCallId = "c1"): Extract<Content, { type: "tool-call" }> => ({
  type: "tool-call",
  toolCallId,
  toolName,
  input: typeof input === "string" ? input : JSON.stringify(input),
});

export const text = (said: string): Content => ({ type: "text", text: said });

/** A model that answers one list of parts after the other, and then the last one for ever. */
export function scripted(...turns: readonly (readonly Content[])[]): Model {
  let at = 0;
  const next = (): Content[] => [...(turns[Math.min(at++, turns.length - 1)] ?? [])];
  return new MockLanguageModelV4({
    doGenerate: async () => {
      const content = next();
      return { content, finishReason: reasonOf(content), usage, warnings: [] };
    },
    doStream: async () => ({ stream: simulateReadableStream({ chunks: chunksOf(next()) }) }),
  });
}

/** A model whose provider fails. */
export function broken(): Model {
  return new MockLanguageModelV4({
    doGenerate: async () => {
      throw new Error("provider 500");
    },
  });
}

function reasonOf(content: readonly Content[]): GenerateResult["finishReason"] {
  return {
    unified: content.some((part) => part.type === "tool-call" && part.providerExecuted !== true) ? "tool-calls" : "stop",
    raw: undefined,
  };
}

function chunksOf(content: readonly Content[]): StreamPart[] {
  const parts = content.flatMap((part, n): StreamPart[] => {
    switch (part.type) {
      case "text":
        return [
          { type: "text-start", id: `t${n}` },
          { type: "text-delta", id: `t${n}`, delta: part.text },
          { type: "text-end", id: `t${n}` },
        ];
      case "tool-call":
        return [
          {
            type: "tool-input-start",
            id: part.toolCallId,
            toolName: part.toolName,
            ...(part.providerExecuted === true ? { providerExecuted: true } : {}),
          },
          { type: "tool-input-delta", id: part.toolCallId, delta: part.input.slice(0, 4) },
          { type: "tool-input-delta", id: part.toolCallId, delta: part.input.slice(4) },
          { type: "tool-input-end", id: part.toolCallId },
          part,
        ];
      case "tool-result":
        return [part];
      default:
        throw new Error(`no chunks for ${part.type}`);
    }
  });
  return [{ type: "stream-start", warnings: [] }, ...parts, { type: "finish", finishReason: reasonOf(content), usage }];
}

/** Everything that a stream yields. */
export async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const parts: T[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

/** The approval requests in messages, in order. */
export function requestsIn(messages: readonly ModelMessage[]): ToolApprovalRequest[] {
  return messages.flatMap(({ role, content }) =>
    role === "assistant" && typeof content !== "string"
      ? content.flatMap((part) => (part.type === "tool-approval-request" && part.isAutomatic !== true ? [part] : []))
      : [],
  );
}

/** The messages with a client's own yes to the requests, whatever anybody decided. */
export function withClientYes(
  messages: readonly ModelMessage[],
  requests: readonly ToolApprovalRequest[] = requestsIn(messages),
): ModelMessage[] {
  const last = messages.at(-1);
  const yes = requests.map(({ approvalId }) => ({ type: "tool-approval-response" as const, approvalId, approved: true }));
  if (last?.role === "tool") return [...messages.slice(0, -1), { ...last, content: [...last.content, ...yes] }];
  return [...messages, { role: "tool", content: yes }];
}

/** The outputs that the model was shown in its last prompt, by call. */
export function outputsSeenBy(model: Model): unknown[] {
  const prompt = model.doGenerateCalls.at(-1)?.prompt ?? [];
  return prompt.flatMap(({ role, content }) =>
    role === "tool" ? content.flatMap((part) => (part.type === "tool-result" ? [part.output] : [])) : [],
  );
}

export async function onlyPending(gate: Gate): Promise<Approval> {
  const pending = await gate.approvals.list({ status: "pending" });
  const [approval] = pending;
  if (approval === undefined || pending.length > 1) throw new Error(`${pending.length} approvals are pending`);
  return approval;
}

/** The records of a session, for what was written about a call. */
export async function recordsOf(
  store: Store & { streams(): Promise<readonly { readonly stream: string }[]> },
): Promise<readonly LedgerRecord[]> {
  const streams = await store.streams();
  const lists = await Promise.all(streams.map(({ stream }) => store.read(stream, 0)));
  return lists.flat();
}
