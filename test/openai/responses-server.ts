import { isObject, type Json, type JsonObject } from "@sallyport/core";
import { apiError, json, serve, sse, type Answer, type Received, type Served } from "./server.ts";

/** What the model says in one answer. */
export interface Turn {
  readonly output: readonly JsonObject[];
  /** members of the answer beside its output */
  readonly more?: JsonObject;
}

/** A server that speaks `responses`, and remembers as the real one does. */
export interface ResponsesServer extends Served {
  /** how often the model was asked */
  readonly asked: () => number;
}

/** A server whose model says one thing after the other. It refuses to go on from a call that it was given no output of. */
export async function serveResponses(turns: readonly Turn[]): Promise<ResponsesServer> {
  const memory = new Map<string, readonly JsonObject[]>();
  const answers = new Map<string, JsonObject>();
  let asked = 0;
  const server = await serve((request): Answer => {
    const [, id] = /\/responses\/([^/]+)/.exec(request.path) ?? [];
    if (id !== undefined) {
      const answer = answers.get(id);
      if (answer === undefined) return apiError(404, `no response ${id}`);
      return request.query.get("stream") === "true" ? sse(eventsOf(answer)) : json(answer);
    }
    const history = remembered(request, memory);
    const refused = refusal(history);
    if (refused !== undefined) return apiError(400, refused);
    const turn = turns[Math.min(asked, turns.length - 1)] ?? { output: [] };
    asked += 1;
    const answer = answerOf(request, `resp_${asked}`, turn);
    answers.set(textAt(answer, "id"), answer);
    const items = [...history, ...turn.output];
    memory.set(textAt(answer, "id"), items);
    const conversation = conversationOf(request.body);
    if (conversation !== undefined) memory.set(conversation, items);
    return request.body["stream"] === true ? sse(eventsOf(answer)) : json(answer);
  });
  return { ...server, asked: () => asked };
}

function conversationOf({ conversation }: JsonObject): string | undefined {
  return typeof conversation === "string" ? conversation : undefined;
}

function remembered({ body }: Received, memory: ReadonlyMap<string, readonly JsonObject[]>): readonly JsonObject[] {
  const before = memory.get(conversationOf(body) ?? textAt(body, "previous_response_id")) ?? [];
  const { input } = body;
  const items = Array.isArray(input)
    ? input.filter((item): item is JsonObject => isObject(item))
    : [{ role: "user", content: input ?? "" }];
  return [...before, ...items];
}

const ANSWERED_BY: Readonly<Record<string, string>> = {
  function_call: "function_call_output",
  custom_tool_call: "custom_tool_call_output",
  shell_call: "shell_call_output",
  apply_patch_call: "apply_patch_call_output",
  computer_call: "computer_call_output",
};

/** As the real server refuses: each call wants its output, each output its call. */
function refusal(history: readonly JsonObject[]): string | undefined {
  for (const item of history) {
    const wanted = ANSWERED_BY[textAt(item, "type")];
    const answered = history.filter((other) => other["type"] === wanted && other["call_id"] === item["call_id"]).length;
    if (wanted !== undefined && answered !== 1)
      return `${answered} tool outputs found for ${textAt(item, "type")} ${textAt(item, "call_id")}.`;
    const call = Object.entries(ANSWERED_BY).find(([, by]) => by === item["type"])?.[0];
    const called = history.some((other) => other["type"] === call && other["call_id"] === item["call_id"]);
    if (call !== undefined && !called) return `No tool call found for function call output with call_id ${textAt(item, "call_id")}.`;
    if (textAt(item, "id").startsWith("msg_sallyport")) return `Item with id '${textAt(item, "id")}' not found.`;
  }
  return undefined;
}

/** An answer as the API writes it. */
export function answerOf({ body }: Pick<Received, "body">, id: string, { output, more = {} }: Turn): JsonObject {
  const conversation = conversationOf(body);
  return {
    id,
    object: "response",
    created_at: 1_790_000_000 + Number(id.slice(5)),
    status: "completed",
    error: null,
    incomplete_details: null,
    instructions: body["instructions"] ?? null,
    metadata: {},
    model: "gpt-test",
    output: [...output],
    parallel_tool_calls: true,
    previous_response_id: body["previous_response_id"] ?? null,
    temperature: 1,
    text: body["text"] ?? { format: { type: "text" } },
    tool_choice: "auto",
    tools: body["tools"] ?? [],
    top_p: 1,
    usage: null,
    ...(conversation === undefined ? {} : { conversation: { id: conversation } }),
    ...more,
  };
}

/** The answer as a stream, each text in pieces of `size` characters. */
export function eventsOf(answer: JsonObject, size = 4): readonly JsonObject[] {
  const begun = { ...answer, status: "in_progress", output: [] };
  const output = Array.isArray(answer["output"]) ? answer["output"].filter((item): item is JsonObject => isObject(item)) : [];
  const status = textAt(answer, "status");
  const events: readonly JsonObject[] = [
    { type: "response.created", response: begun },
    { type: "response.in_progress", response: begun },
    ...output.flatMap((item, index) => itemEvents(item, index, size)),
    { type: `response.${status}`, response: answer },
  ];
  return events.map((event, sequence) => ({ ...event, sequence_number: sequence }));
}

function itemEvents(item: JsonObject, index: number, size: number): readonly JsonObject[] {
  const at = { item_id: item["id"] ?? null, output_index: index };
  const around = (begun: JsonObject, events: readonly JsonObject[]): readonly JsonObject[] => [
    { type: "response.output_item.added", output_index: index, item: { ...begun, status: "in_progress" } },
    ...events,
    { type: "response.output_item.done", output_index: index, item },
  ];
  switch (item["type"]) {
    case "message":
      return around(
        { ...item, content: [] },
        partsOf(item, "content").flatMap((part, content) => partEvents(part, { ...at, content_index: content }, size)),
      );
    case "reasoning":
      return around(
        { ...item, summary: [] },
        partsOf(item, "summary").flatMap((part, summary) => partEvents(part, { ...at, summary_index: summary }, size)),
      );
    case "function_call":
      return around({ ...item, arguments: "" }, [
        ...piecesOf(item["arguments"], size).map((delta) => ({ type: "response.function_call_arguments.delta", ...at, delta })),
        { type: "response.function_call_arguments.done", ...at, arguments: item["arguments"] ?? "" },
      ]);
    default:
      return around(item, []);
  }
}

function partsOf(item: JsonObject, list: string): readonly JsonObject[] {
  const parts = item[list];
  return Array.isArray(parts) ? parts.filter((part): part is JsonObject => isObject(part)) : [];
}

function partEvents(part: JsonObject, at: JsonObject, size: number): readonly JsonObject[] {
  const key = part["type"] === "refusal" ? "refusal" : "text";
  const summary = part["type"] === "summary_text";
  const name = summary ? "response.reasoning_summary_text" : key === "refusal" ? "response.refusal" : "response.output_text";
  const frame = summary ? "response.reasoning_summary_part" : "response.content_part";
  const logprobs = name === "response.output_text" ? { logprobs: [] } : {};
  return [
    { type: `${frame}.added`, ...at, part: { ...part, [key]: "" } },
    ...piecesOf(part[key], size).map((delta) => ({ type: `${name}.delta`, ...at, delta, ...logprobs })),
    { type: `${name}.done`, ...at, [key]: part[key] ?? "", ...logprobs },
    { type: `${frame}.done`, ...at, part },
  ];
}

function piecesOf(text: Json | undefined, size: number): readonly string[] {
  return typeof text === "string" ? (text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? []) : [];
}

/** A member as text; empty where it is none. */
export function textAt(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === "string" ? value : "";
}

let made = 0;

/** An assistant's message. */
export function says(text: string, more: JsonObject = {}): JsonObject {
  made += 1;
  return {
    id: `msg_${made}`,
    type: "message",
    role: "assistant",
    status: "completed",
    content: [{ type: "output_text", text, annotations: [] }],
    ...more,
  };
}

/** A function call. */
export function calls(name: string, args: unknown, id = `call_${name}`): JsonObject {
  return {
    id: `fc_${id}`,
    type: "function_call",
    status: "completed",
    call_id: id,
    name,
    arguments: typeof args === "string" ? args : JSON.stringify(args),
  };
}

/** A reasoning item. */
export function thinks(text: string): JsonObject {
  made += 1;
  return { id: `rs_${made}`, type: "reasoning", summary: [{ type: "summary_text", text }], encrypted_content: "gAAAA" };
}
