import type { ScriptedModel, ShownResult, Turn } from "@sallyport/conformance";
import { MockLanguageModelV4, simulateReadableStream } from "ai/test";

type Model = InstanceType<typeof MockLanguageModelV4>;
type GenerateResult = Awaited<ReturnType<Model["doGenerate"]>>;
type Content = GenerateResult["content"][number];
type StreamResult = Awaited<ReturnType<Model["doStream"]>>;
type StreamPart = StreamResult["stream"] extends ReadableStream<infer Part> ? Part : never;
type Options = Parameters<Model["doGenerate"]>[0];

const usage: GenerateResult["usage"] = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};

/** The scripted model in the SDK's own shape. */
export function nativeModel(model: ScriptedModel): Model {
  const next = ({ prompt, tools = [] }: Options): Content[] =>
    contentOf(model.next({ tools: tools.map(({ name }) => name), results: resultsIn(prompt) }));
  return new MockLanguageModelV4({
    doGenerate: async (options) => {
      const content = next(options);
      return { content, finishReason: reasonOf(content), usage, warnings: [] };
    },
    doStream: async (options) => ({ stream: simulateReadableStream({ chunks: chunksOf(next(options)) }) }),
  });
}

function contentOf(turn: Turn): Content[] {
  return turn.map((part) =>
    part.kind === "text"
      ? { type: "text", text: part.text }
      : { type: "tool-call", toolCallId: part.id, toolName: part.tool, input: JSON.stringify(part.args) },
  );
}

function resultsIn(prompt: Options["prompt"]): readonly ShownResult[] {
  const outputs = prompt.flatMap((message) => (message.role === "tool" ? message.content : []));
  return outputs.flatMap((part): readonly ShownResult[] => {
    if (part.type !== "tool-result") return [];
    const { output, toolCallId: call } = part;
    switch (output.type) {
      case "execution-denied":
        return [{ call, kind: "refusal", content: output.reason }];
      case "error-text":
      case "error-json":
        return [{ call, kind: "refusal", content: output.value }];
      default:
        return [{ call, kind: "result", content: output.value }];
    }
  });
}

function reasonOf(content: readonly Content[]): GenerateResult["finishReason"] {
  return { unified: content.some(({ type }) => type === "tool-call") ? "tool-calls" : "stop", raw: undefined };
}

function chunksOf(content: readonly Content[]): StreamPart[] {
  const parts = content.flatMap((part, at): StreamPart[] => {
    if (part.type === "text")
      return [
        { type: "text-start", id: `t${at}` },
        ...(part.text.match(/.{1,4}/gs) ?? []).map((delta): StreamPart => ({ type: "text-delta", id: `t${at}`, delta })),
        { type: "text-end", id: `t${at}` },
      ];
    if (part.type !== "tool-call") return [];
    const { toolCallId: id, toolName, input } = part;
    return [
      { type: "tool-input-start", id, toolName },
      { type: "tool-input-delta", id, delta: input.slice(0, 4) },
      { type: "tool-input-delta", id, delta: input.slice(4) },
      { type: "tool-input-end", id },
      part,
    ];
  });
  return [{ type: "stream-start", warnings: [] }, ...parts, { type: "finish", finishReason: reasonOf(content), usage }];
}
