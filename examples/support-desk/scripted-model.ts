import { MockLanguageModelV4 } from "ai/test";
import { ordersIn, type Order } from "./orders.ts";

type Model = InstanceType<typeof MockLanguageModelV4>;
type Prompt = Parameters<Model["doGenerate"]>[0]["prompt"];
type Answer = Awaited<ReturnType<Model["doGenerate"]>>;
type CallPart = Extract<Answer["content"][number], { type: "tool-call" }>;

const usage: Answer["usage"] = {
  inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 0, text: 0, reasoning: 0 },
};

/**
 * A model without a key that does whatever it reads, whoever wrote it: each order in its context, what it read last
 * first, and also with tools that it was not offered. Nothing is fixed: it plays whatever mail it is shown.
 */
export function scriptedModel(): Model {
  return new MockLanguageModelV4({ modelId: "scripted", doGenerate: async ({ prompt }) => answer(prompt) });
}

function answer(prompt: Prompt): Answer {
  const made = callsIn(prompt);
  const texts = textsIn(prompt);
  const [next, ...later] = texts
    .toReversed()
    .flatMap(ordersIn)
    .filter((order) => !made.some((call) => follows(call, order)));
  if (next === undefined)
    return { content: [{ type: "text", text: "All done." }], finishReason: { unified: "stop", raw: undefined }, usage, warnings: [] };
  const alike = later.findIndex(({ tool }) => tool !== next.tool);
  const orders = [next, ...later.slice(0, alike === -1 ? later.length : alike)];
  const content = orders.map((order, n) => callOf(order, `call_${made.length + n + 1}`, texts));
  return { content, finishReason: { unified: "tool-calls", raw: undefined }, usage, warnings: [] };
}

interface MadeCall {
  readonly tool: string;
  readonly input: unknown;
}

function callsIn(prompt: Prompt): readonly MadeCall[] {
  const parts = prompt.flatMap((message) => (message.role === "assistant" ? message.content : []));
  return parts.flatMap((part) => (part.type === "tool-call" ? [{ tool: part.toolName, input: part.input }] : []));
}

/** Whether a call was made because of an order. */
function follows({ tool, input }: MadeCall, order: Order): boolean {
  const given = new Map(typeof input === "object" && input !== null ? Object.entries(input) : []);
  return tool === order.tool && Object.entries(order.input).every(([key, value]) => given.get(key) === value);
}

/** What users said and tools returned, in order. */
function textsIn(prompt: Prompt): readonly string[] {
  return prompt.flatMap((message) => {
    switch (message.role) {
      case "user":
        return message.content.flatMap((part) => (part.type === "text" ? [part.text] : []));
      case "tool":
        return message.content.flatMap((part) => (part.type === "tool-result" ? [returned(part.output)] : []));
      case "system":
      case "assistant":
        return [];
    }
  });
}

function returned(output: { readonly type: string; readonly value?: unknown }): string {
  return output.type === "json" || output.type === "text" ? wordsIn(output.value).join("\n") : "";
}

function wordsIn(value: unknown): readonly string[] {
  if (typeof value === "string" || typeof value === "number") return [String(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(wordsIn) : [];
}

function callOf({ tool, input }: Order, toolCallId: string, texts: readonly string[]): CallPart {
  return { type: "tool-call", toolCallId, toolName: tool, input: JSON.stringify({ ...composed(tool, texts), ...input }) };
}

/** What the model writes itself: it puts everything it was told into a mail. */
function composed(tool: string, texts: readonly string[]): Order["input"] {
  switch (tool) {
    case "draft_reply":
      return { body: "Thank you for your message. We look into it and come back to you." };
    case "send_mail":
      return { subject: "From the support desk", body: texts.slice(1).join("\n") || "Thank you for your message." };
    case "transfer_money":
      return { reference: "refund" };
    default:
      return {};
  }
}
