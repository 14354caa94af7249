import {
  Usage,
  type AgentInputItem,
  type AgentOutputItem,
  type Model,
  type ModelRequest,
  type ModelResponse,
  type StreamEvent,
} from "@openai/agents";
import type { ScriptedModel, ShownResult, Turn } from "@sallyport/conformance";

/** The scripted model in the SDK's own shape. */
export function nativeModel(model: ScriptedModel): Model {
  let answers = 0;
  const next = ({ tools, input }: ModelRequest): readonly AgentOutputItem[] => {
    answers += 1;
    const names = tools.flatMap((tool) => (tool.type === "function" ? [tool.name] : [tool.type]));
    const items = typeof input === "string" ? [] : input;
    return outputOf(model.next({ tools: names, results: items.flatMap(resultIn) }), answers);
  };
  return {
    async getResponse(request): Promise<ModelResponse> {
      return { output: [...next(request)], usage: new Usage(), responseId: "r" };
    },
    async *getStreamedResponse(request): AsyncIterable<StreamEvent> {
      const output = next(request);
      yield { type: "response_started" };
      for (const item of output) for (const delta of textIn(item).match(/.{1,4}/gs) ?? []) yield { type: "output_text_delta", delta };
      yield {
        type: "response_done",
        response: { id: "r", usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 }, output: output.flatMap(asDone) },
      };
    },
  };
}

function outputOf(said: Turn, answer: number): readonly AgentOutputItem[] {
  // a provider that has nothing to say says so; to the SDK no item at all is no answer
  const turn: Turn = said.length === 0 ? [{ kind: "text", text: "" }] : said;
  return turn.map((part, at): AgentOutputItem =>
    part.kind === "text"
      ? {
          type: "message",
          role: "assistant",
          id: `m${answer}-${at}`,
          status: "completed",
          content: [{ type: "output_text", text: part.text }],
        }
      : {
          type: "function_call",
          id: `f${answer}-${at}`,
          callId: part.id,
          name: part.tool,
          arguments: JSON.stringify(part.args),
          status: "completed",
        },
  );
}

type DoneItem = Extract<StreamEvent, { type: "response_done" }>["response"]["output"][number];

function asDone(item: AgentOutputItem): readonly DoneItem[] {
  if (item.type === "function_call") return [item];
  return item.type === "message" && item.role === "assistant" ? [item] : [];
}

function textIn(item: AgentOutputItem): string {
  if (item.type !== "message" || item.role !== "assistant") return "";
  return item.content.map((part) => (part.type === "output_text" ? part.text : "")).join("");
}

function resultIn(item: AgentInputItem): readonly ShownResult[] {
  if (item.type !== "function_call_result") return [];
  const { output } = item;
  const content = typeof output === "object" && !Array.isArray(output) && output.type === "text" ? output.text : output;
  // an id that is used again is told from the first one
  const call = item.callId.replace(/#\d+$/, "");
  return [{ call, kind: typeof content === "string" && REFUSAL.test(content) ? "refusal" : "result", content }];
}

/** The SDK has no sign for what went wrong but its text. */
const REFUSAL =
  /^(denied by policy|not run|the call failed: |it is unknown whether|Tool '|An error occurred|Tool execution was not approved)/;
