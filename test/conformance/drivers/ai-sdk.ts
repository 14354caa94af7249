import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { approvalIdIn, approvalResponses, guardTools, pendingApprovals, policyMiddleware } from "@sallyport/ai-sdk";
import {
  isYes,
  type AgentSetup,
  type AgentTool,
  type Answer,
  type Change,
  type Chat,
  type Driver,
  type Handed,
  type Setup,
  type Stop,
  type WorldTool,
} from "@sallyport/conformance";
import {
  generateText,
  isStepCount,
  streamText,
  tool,
  wrapLanguageModel,
  type ModelMessage,
  type ToolApprovalRequest,
  type ToolSet,
} from "ai";
import { z } from "zod";
import { nativeModel } from "./ai-sdk-model.ts";

/** The Vercel AI SDK: `guardTools` and `policyMiddleware`, messages kept by the app. */
export const aiSdkDriver: Driver = {
  name: "ai-sdk",
  open: async (setup) => new AiSdkChat(setup),
};

/** What the app keeps of a chat: its messages, and those of the last pause. */
interface Kept {
  readonly latest: ModelMessage[];
  readonly pause: ModelMessage[] | undefined;
}

class AiSdkChat implements Chat {
  readonly #setup: Setup;
  readonly #file: string;

  constructor(setup: Setup) {
    this.#setup = setup;
    this.#file = join(setup.folder, "messages.json");
  }

  async run(text: string, signal: AbortSignal): Promise<Stop> {
    return this.#go([...this.#kept().latest, { role: "user", content: text }], signal);
  }

  async resume(answer: Answer): Promise<Stop> {
    const paused = this.#kept().pause;
    if (paused === undefined) return { paused: [], text: "", native: [] };
    const { gate } = this.#setup;
    if (answer.kind !== "wake") return this.#go(await this.#answered(paused, answer), new AbortController().signal);
    const pending = await pendingApprovals(gate, paused);
    if (pending.length > 0) return { paused: pending.map(({ id }) => id), text: "", native: paused };
    return this.#go(await approvalResponses(gate, paused), new AbortController().signal);
  }

  async tamper(call: string, { args, tool }: Change): Promise<void> {
    const kept = this.#kept();
    const pause = (kept.pause ?? []).map((message): ModelMessage => {
      if (message.role !== "assistant" || typeof message.content === "string") return message;
      const content = message.content.map((part) =>
        part.type === "tool-call" && part.toolCallId === call
          ? { ...part, input: args ?? part.input, toolName: tool ?? part.toolName }
          : part,
      );
      return { ...message, content };
    });
    this.#keep({ ...kept, pause });
  }

  async close(): Promise<void> {}

  /** A native answer, which this SDK takes as a message; where the host says whose it is, its app makes a verdict of it first. */
  async #answered(paused: readonly ModelMessage[], answer: Answer): Promise<ModelMessage[]> {
    const { approver, gate, session } = this.#setup;
    const requests = requestsIn(paused);
    const messages = withAnswers(paused, requests, answer);
    if (approver === undefined) return messages;
    if (answer.kind === "edit") {
      // the SDK knows no edits: a page of the app's own sends them
      const ids = requests.flatMap(({ reason }) => approvalIdIn(reason) ?? []);
      for (const id of ids) await gate.approvals.resolve(id, { decision: "approve", approver, args: answer.args });
      return messages;
    }
    return approvalResponses(gate, messages, { answered: { approver, session: session() } });
  }

  async #go(messages: ModelMessage[], signal: AbortSignal): Promise<Stop> {
    const { native, responseMessages, text } = await runAgent(this.#setup, this.#setup, messages, signal);
    const latest = [...messages, ...responseMessages];
    const paused = requestsIn(responseMessages).flatMap(({ reason }) => approvalIdIn(reason) ?? []);
    this.#keep({ latest, pause: paused.length > 0 ? latest : this.#kept().pause });
    return { paused, text, native };
  }

  #kept(): Kept {
    return existsSync(this.#file) ? JSON.parse(readFileSync(this.#file, "utf8")) : { latest: [], pause: undefined };
  }

  #keep(kept: Kept): void {
    writeFileSync(this.#file, JSON.stringify(kept));
  }
}

interface Ended {
  readonly native: unknown;
  readonly responseMessages: readonly ModelMessage[];
  readonly text: string;
}

async function runAgent(agent: AgentSetup, setup: Setup, messages: ModelMessage[], signal: AbortSignal): Promise<Ended> {
  const { gate, context, onCoverage, onFault } = setup;
  const { session } = agent;
  const tools = toolsOf(agent, setup);
  const model = wrapLanguageModel({ model: nativeModel(agent.model), middleware: policyMiddleware(gate, { session, onCoverage }) });
  // each tool gets its own entry; their names are known only to the case
  const contexts: object = { toolsContext: Object.fromEntries(Object.keys(tools).map((name) => [name, context])) };
  const guarded = guardTools(gate, tools, { session, onCoverage, onFault });
  const options = { model, messages, ...guarded, ...contexts, stopWhen: isStepCount(20), maxRetries: 0, abortSignal: signal };
  if (!setup.streams) {
    const { steps, responseMessages, text, content } = await generateText(options);
    return { native: { steps, responseMessages, content }, responseMessages, text };
  }
  const thrown: unknown[] = [];
  const result = streamText({ ...options, onError: ({ error }) => void thrown.push(error) });
  const parts: unknown[] = [];
  for await (const part of result.fullStream) parts.push(part);
  if (thrown.length > 0) throw thrown[0];
  return { native: { parts, steps: await result.steps }, responseMessages: await result.responseMessages, text: await result.text };
}

function toolsOf(agent: AgentSetup, setup: Setup): ToolSet {
  return Object.fromEntries(agent.tools.map((made) => [made.name, made.kind === "tool" ? nativeTool(made) : agentTool(made, setup)]));
}

function agentTool({ description, agent }: AgentTool, setup: Setup): ToolSet[string] {
  return tool({
    description,
    inputSchema: z.object({ prompt: z.string() }),
    execute: async ({ prompt }, { abortSignal }) => {
      const { text } = await runAgent(agent, setup, [{ role: "user", content: prompt }], abortSignal ?? new AbortController().signal);
      return text;
    },
  });
}

function nativeTool({ description, schema, run }: WorldTool): ToolSet[string] {
  return tool({
    description,
    inputSchema: schema,
    contextSchema: z.object({ marker: z.string() }),
    execute: async (input, options) => {
      const { toolCallId, abortSignal, context } = options;
      const idempotencyKey = String(Reflect.get(options, "idempotencyKey"));
      const handed: Handed = { callId: toolCallId, signal: abortSignal, idempotencyKey, context: context.marker };
      return run(input, handed);
    },
  });
}

function withAnswers(paused: readonly ModelMessage[], requests: readonly ToolApprovalRequest[], answer: Answer): ModelMessage[] {
  const content = requests.map(({ approvalId, toolCallId }) => {
    return { type: "tool-approval-response" as const, approvalId, approved: isYes(answer, toolCallId) };
  });
  const last = paused.at(-1);
  if (last?.role === "tool") return [...paused.slice(0, -1), { ...last, content: [...last.content, ...content] }];
  return [...paused, { role: "tool", content }];
}

/** The approval requests in messages, in order. */
function requestsIn(messages: readonly ModelMessage[]): readonly ToolApprovalRequest[] {
  const last = messages.findLast(({ role }) => role === "assistant");
  if (last?.role !== "assistant" || typeof last.content === "string") return [];
  return last.content.flatMap((part) => (part.type === "tool-approval-request" && part.isAutomatic !== true ? [part] : []));
}
