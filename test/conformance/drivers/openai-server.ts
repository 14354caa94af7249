import type { Json, JsonObject } from "@sallyport/core";
import type { ScriptedModel, Shown, ShownResult, Turn } from "@sallyport/conformance";
import { OpenAI } from "openai";
import { answerTo, toolCall } from "../../openai/completions.ts";
import { json, serve, sse, type Answer, type Served } from "../../openai/server.ts";

/** A real server that speaks the protocol for scripted models, and clients of it. */
export class ModelServer {
  readonly #models = new Map<string, ScriptedModel>();
  #served: Promise<Served> | undefined;

  /** A client for which a name means a model; the agent asks for it by that. */
  async clientOf(name: string, model: ScriptedModel): Promise<OpenAI> {
    this.#models.set(name, model);
    this.#served ??= serve(({ path, body }) => this.#answer(path, body));
    const { baseURL } = await this.#served;
    return new OpenAI({ apiKey: "none", baseURL, maxRetries: 0 });
  }

  async close(): Promise<void> {
    await (await this.#served)?.close();
  }

  #answer(path: string, body: JsonObject): Answer {
    const model = this.#models.get(textIn(body, "model"));
    if (model === undefined) throw new Error("no such model");
    if (path.endsWith("/responses")) return responseTo(body, model.next(shownInItems(body)));
    return answerTo(body, messageOf(model.next(shownInMessages(body))));
  }
}

/** What the model reads of a call that has no result, as our adapter or the app's own parser says it: everything here is a text. */
const REFUSED = /^(the call failed: |denied by policy: |not run: |it is unknown whether |invalid arguments: |the user said no)/;

function shownResult(call: string, content: string): ShownResult {
  return { call, kind: REFUSED.test(content) ? "refusal" : "result", content };
}

function shownInMessages(body: JsonObject): Shown {
  const results = listIn(body, "messages").filter((message) => message["role"] === "tool");
  return {
    tools: listIn(body, "tools").map((tool) => textIn(Object(tool["function"]), "name")),
    results: results.map((message) => shownResult(textIn(message, "tool_call_id"), textIn(message, "content"))),
  };
}

function messageOf(turn: Turn): { readonly content: string | null; readonly tool_calls?: readonly object[] } {
  const texts = turn.flatMap((part) => (part.kind === "text" ? [part.text] : []));
  const calls = turn.flatMap((part) => (part.kind === "call" ? [toolCall(part.id, part.tool, JSON.stringify(part.args))] : []));
  return { content: texts.length === 0 ? null : texts.join(""), ...(calls.length === 0 ? {} : { tool_calls: calls }) };
}

function shownInItems(body: JsonObject): Shown {
  const results = listIn(body, "input").filter((item) => item["type"] === "function_call_output");
  return {
    tools: listIn(body, "tools").map((tool) => textIn(tool, "name")),
    results: results.map((item) => shownResult(textIn(item, "call_id"), textIn(item, "output"))),
  };
}

function responseTo(body: JsonObject, turn: Turn): Answer {
  const output = turn.map((part, at) =>
    part.kind === "text"
      ? { ...messageItem(at), content: [{ type: "output_text", text: part.text, annotations: [], logprobs: [] }] }
      : {
          type: "function_call",
          id: `fc_${at}`,
          call_id: part.id,
          name: part.tool,
          arguments: JSON.stringify(part.args),
          status: "completed",
        },
  );
  const response = { ...HEAD, status: "completed", output, usage: USAGE };
  return body["stream"] === true ? sse(eventsOf(response, output)) : json(response);
}

const HEAD = {
  id: "resp_local",
  object: "response",
  created_at: 1,
  model: "local",
  error: null,
  incomplete_details: null,
  instructions: null,
  metadata: {},
  parallel_tool_calls: true,
  temperature: 1,
  tool_choice: "auto",
  tools: [],
  top_p: 1,
};

const USAGE = {
  input_tokens: 3,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 5,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 8,
};

function messageItem(at: number): object {
  return { type: "message", id: `msg_${at}`, role: "assistant", status: "completed", content: [] };
}

/** A whole answer as its events. */
function* eventsOf(response: object, output: readonly object[]): Generator<object> {
  let sequence_number = 0;
  const event = (type: string, more: object): object => ({ type, ...more, sequence_number: sequence_number++ });
  const started = { ...response, status: "in_progress", output: [], usage: null };
  yield event("response.created", { response: started });
  yield event("response.in_progress", { response: started });
  for (const [output_index, item] of output.entries()) {
    const at = { output_index, item_id: Reflect.get(item, "id") };
    if (Reflect.get(item, "type") === "message") {
      const [part]: readonly [{ readonly text: string }] = Reflect.get(item, "content");
      const here = { ...at, content_index: 0 };
      yield event("response.output_item.added", { output_index, item: { ...item, status: "in_progress", content: [] } });
      yield event("response.content_part.added", { ...here, part: { ...part, text: "" } });
      for (const delta of part.text.match(/.{1,4}/gs) ?? []) yield event("response.output_text.delta", { ...here, delta, logprobs: [] });
      yield event("response.output_text.done", { ...here, text: part.text, logprobs: [] });
      yield event("response.content_part.done", { ...here, part });
    } else {
      const text = String(Reflect.get(item, "arguments"));
      yield event("response.output_item.added", { output_index, item: { ...item, status: "in_progress", arguments: "" } });
      for (const delta of text.match(/.{1,7}/gs) ?? []) yield event("response.function_call_arguments.delta", { ...at, delta });
      yield event("response.function_call_arguments.done", { ...at, name: Reflect.get(item, "name"), arguments: text });
    }
    yield event("response.output_item.done", { output_index, item });
  }
  yield event("response.completed", { response });
}

function listIn(object: JsonObject, key: string): readonly JsonObject[] {
  const value = object[key];
  return Array.isArray(value) ? value.map((item: Json): JsonObject => Object(item)) : [];
}

function textIn(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === "string" ? value : "";
}
