import { Runner, tool, Usage, type Model, type ModelRequest, type StreamEvent } from "@openai/agents";
import { createGate, loadPolicy, memoryStore, type CoverageGap, type Gate, type ListableStore, type SessionInit } from "@sallyport/core";
import { guardAgent, type AgentOptions, type AnyAgent } from "@sallyport/openai/agents";
import { z } from "zod";

export const POLICY = `
version: 1
name: bank
boundary: { internal: [] }
tools:
  pay: { effect: side_effect, destination: none }
  balance: { effect: read }
  wipe: { effect: write, destination: none }
  "ask_*": { effect: read }
rules:
  - { id: small, tools: [pay], when: args.amount <= 100, decide: allow }
  - { id: large, tools: [pay], when: args.amount > 100, decide: require_approval, reason: a large payment, approval: { by: '"lead" in approver.roles' } }
  - { id: no-wipe, tools: [wipe], decide: deny, reason: nothing is wiped }
  - { id: no-keys, on: output, detect: [secrets], decide: redact }
`;

export const SESSION: SessionInit = { id: "chat", principal: { id: "ann" }, agent: { id: "desk" } };
export const LEAD = { id: "lea", roles: ["lead"] };

/** What a model answers with, streamed or not. */
export type Item = Extract<StreamEvent, { type: "response_done" }>["response"]["output"][number];

/** An id that a model gives a call, with what it calls. */
export function call(name: string, args: unknown, callId = "c1"): Item {
  return { type: "function_call", callId, name, status: "completed", arguments: typeof args === "string" ? args : JSON.stringify(args) };
}

export function text(words: string): Item {
  return { type: "message", role: "assistant", status: "completed", content: [{ type: "output_text", text: words }] };
}

/** A model that says one answer after the other, and then the last for ever. */
export class Scripted implements Model {
  readonly requests: ModelRequest[] = [];
  readonly #answers: readonly (readonly Item[])[];

  constructor(...answers: readonly (readonly Item[])[]) {
    this.#answers = answers;
  }

  async getResponse(request: ModelRequest) {
    this.requests.push(request);
    const output = [...(this.#answers[Math.min(this.requests.length, this.#answers.length) - 1] ?? [])];
    return { output, usage: new Usage(), responseId: "r", providerData: { raw: JSON.stringify(output) } };
  }

  async *getStreamedResponse(request: ModelRequest): AsyncIterable<StreamEvent> {
    const { output } = await this.getResponse(request);
    yield { type: "response_started" };
    for (const item of output) {
      for (const delta of wordsIn(item).match(/.{1,4}/gs) ?? []) {
        yield { type: "output_text_delta", delta };
        yield { type: "model", event: { delta } };
      }
    }
    yield { type: "response_done", response: { id: "r", usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 }, output } };
  }

  /** What the model was shown last of a call. */
  shown(callId = "c1"): string {
    const input = this.requests.at(-1)?.input ?? [];
    for (const item of typeof input === "string" ? [] : input.toReversed()) {
      if (item.type !== "function_call_result" || item.callId !== callId) continue;
      return JSON.stringify(item.output);
    }
    return "nothing";
  }

  /** The tools that it was offered last. */
  offered(): readonly string[] {
    return (this.requests.at(-1)?.tools ?? []).map((tool) => (tool.type === "function" ? tool.name : tool.type));
  }
}

function wordsIn(item: Item): string {
  if (item.type !== "message") return "";
  return item.content.map((part) => (part.type === "output_text" ? part.text : "")).join("");
}

/** A bank, and what was really done there. */
export function bank() {
  const done: string[] = [];
  const pay = tool({
    name: "pay",
    description: "pays",
    parameters: z.object({ amount: z.number() }),
    execute: async ({ amount }) => {
      done.push(`pay ${amount}`);
      return `paid ${amount}`;
    },
  });
  const wipe = tool({ name: "wipe", description: "wipes", parameters: z.object({}), execute: async () => void done.push("wipe") });
  const balance = tool({ name: "balance", description: "says what is left", parameters: z.object({}), execute: async () => "1000" });
  return { done, pay, wipe, balance };
}

export interface Opened {
  readonly gate: Gate;
  readonly store: ListableStore;
  readonly gaps: CoverageGap[];
  readonly faults: unknown[];
  readonly options: AgentOptions;
  readonly guard: <T extends AnyAgent>(agent: T, more?: Partial<AgentOptions>) => T;
  /** what stands on record, a word a record */
  readonly records: () => Promise<readonly string[]>;
  readonly approve: () => Promise<void>;
}

export async function open({ policy = POLICY, strict = false, store = memoryStore() } = {}): Promise<Opened> {
  const gate = await createGate({ policy: loadPolicy(policy), store, strict });
  const gaps: CoverageGap[] = [];
  const faults: unknown[] = [];
  const options: AgentOptions = { session: SESSION, onCoverage: (gap) => gaps.push(gap), onFault: (error) => faults.push(error) };
  return {
    gate,
    store,
    gaps,
    faults,
    options,
    guard: (agent, more) => guardAgent(agent, gate, { ...options, ...more }),
    records: async () => {
      const streams = (await store.streams()).filter(({ stream }) => stream.startsWith("session"));
      const all = await Promise.all(streams.map(({ stream }) => store.read(stream, 0)));
      return all
        .flat()
        .map(({ type, state }) => [type, state["call"], state["decision"]].filter((part) => typeof part === "string").join(" "));
    },
    approve: async () => {
      for (const { id } of await gate.approvals.list({ status: "pending" }))
        await gate.approvals.resolve(id, { decision: "approve", approver: LEAD });
    },
  };
}

export const runner = new Runner({ tracingDisabled: true });
