import { DONE, json, sse, type Answer } from "./server.ts";

/** A message that the server's model says. */
export interface Said {
  readonly content?: string | null;
  readonly tool_calls?: readonly object[];
  readonly [more: string]: unknown;
}

/** A function call as the model writes it; args that are a text are sent as they are. */
export function toolCall(id: string, name: string, args: unknown): object {
  return { id, type: "function", function: { name, arguments: typeof args === "string" ? args : JSON.stringify(args) } };
}

/** A completion with one choice for each message. */
export function completion(...messages: readonly Said[]): object {
  return {
    id: "chatcmpl-local",
    object: "chat.completion",
    created: 1,
    model: "local",
    choices: messages.map((message, index) => ({
      index,
      message: { role: "assistant", content: null, refusal: null, ...message },
      logprobs: null,
      finish_reason: message.tool_calls === undefined ? "stop" : "tool_calls",
    })),
    usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 },
  };
}

/** A completion as answer. */
export function completed(...messages: readonly Said[]): Answer {
  return json(completion(...messages));
}

/** One chunk of a streamed completion. */
export function chunk(delta: object, finish: string | null = null, index = 0): object {
  return { ...HEAD, choices: [{ index, delta, logprobs: null, finish_reason: finish }] };
}

/** The chunk with the usage at the end of a stream. */
export function usageChunk(): object {
  return { ...HEAD, choices: [], usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 } };
}

const HEAD = { id: "chatcmpl-local", object: "chat.completion.chunk", created: 1, model: "local" };

/** A message as chunks: its text in words, each call as a start and its arguments in pieces; `last` stands in the last chunk's choice. */
export function chunksOf({ content, tool_calls: calls, ...more }: Said, index = 0, last: object = {}): readonly object[] {
  const words = typeof content === "string" ? (content.match(/\S+\s*|\s+/g) ?? []) : [];
  const start = typeof content === "string" ? "" : (content ?? null);
  return [
    chunk({ role: "assistant", content: start, refusal: null, ...more }, null, index),
    ...words.map((word) => chunk({ content: word }, null, index)),
    ...callsChunks(calls, index),
    { ...HEAD, choices: [{ index, delta: {}, logprobs: null, finish_reason: calls === undefined ? "stop" : "tool_calls", ...last }] },
  ];
}

/** Calls that are none are sent as they are. */
function callsChunks(calls: unknown, index: number): readonly object[] {
  if (calls === undefined) return [];
  if (!Array.isArray(calls)) return [chunk({ tool_calls: calls }, null, index)];
  return calls.flatMap((call: unknown, at) => callChunks(call, at, index));
}

function callChunks(call: unknown, at: number, index: number): readonly object[] {
  if (typeof call !== "object" || call === null) return [chunk({ tool_calls: [call] }, null, index)];
  const type: unknown = Reflect.get(call, "type");
  const [member, text] = type === "custom" ? ["custom", "input"] : ["function", "arguments"];
  const inner: unknown = Reflect.get(call, member);
  if (
    typeof inner !== "object" ||
    inner === null ||
    typeof Reflect.get(inner, text) !== "string" ||
    Object.hasOwn(call, "custom") === (type === "function")
  )
    return [chunk({ tool_calls: [{ index: at, ...call }] }, null, index)];
  const pieces = String(Reflect.get(inner, text)).match(/[\s\S]{1,7}/g) ?? [];
  return [
    chunk({ tool_calls: [{ index: at, ...call, [member]: { ...inner, [text]: "" } }] }, null, index),
    ...pieces.map((piece) => chunk({ tool_calls: [{ index: at, [member]: { [text]: piece } }] }, null, index)),
  ];
}

/** A message as a streamed answer. */
function streamedCompletion(message: Said): Answer {
  return sse([...chunksOf(message), usageChunk(), DONE]);
}

/** A message whole or streamed, as the request asks for it. */
export function answerTo(body: { readonly [key: string]: unknown }, message: Said): Answer {
  return body["stream"] === true ? streamedCompletion(message) : completed(message);
}
