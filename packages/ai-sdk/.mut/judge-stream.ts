import type { LanguageModelMiddleware } from "ai";
import { isForeign, judge, observeResult, type Bench, type ToolCallPart } from "./judge.ts";

type StreamResult = Awaited<ReturnType<NonNullable<LanguageModelMiddleware["wrapStream"]>>>;

/** One part of a streamed answer. */
export type StreamPart = StreamResult["stream"] extends ReadableStream<infer Part> ? Part : never;

type InputStart = Extract<StreamPart, { type: "tool-input-start" }>;
type Out = TransformStreamDefaultController<StreamPart>;

/**
 * Judges the calls of a streamed answer: nothing of a call, not even the deltas of its input, is passed on before it was
 * judged. Then come its input as decided and the call, or a text block in their place.
 */
export function judgeStream(bench: Bench): TransformStream<StreamPart, StreamPart> {
  const held = new Map<string, InputStart>();
  const count = { calls: 0, texts: 0 };

  const judgeCall = async (part: ToolCallPart, out: Out): Promise<void> => {
    const judgement = await judge(part, bench);
    if (judgement.kind === "text") return passText(judgement.text, `sallyport-${count.texts++}`, out);
    count.calls += part.providerExecuted === true ? 0 : 1;
    passCall(judgement.part, held.get(part.toolCallId), out);
  };

  return new TransformStream({
    async transform(part, out) {
      switch (part.type) {
        case "tool-input-start":
          if (isForeign(part, bench)) out.enqueue(part);
          else out.enqueue(part);
          break;
        case "tool-input-delta":
        case "tool-input-end":
          if (!held.has(part.id)) out.enqueue(part);
          break;
        case "tool-call":
          await judgeCall(part, out);
          held.delete(part.toolCallId);
          break;
        case "tool-result":
          await observeResult(part, bench);
          out.enqueue(part);
          break;
        case "finish":
          out.enqueue({ ...part, finishReason: finishReason(part.finishReason, count) });
          break;
        default:
          out.enqueue(part);
      }
    },
  });
}

/** The reason of an answer's end: a plain stop where texts took the place of all its calls. */
export function finishReason<T extends { readonly unified: string }>(
  reason: T,
  { calls, texts }: { readonly calls: number; readonly texts: number },
): T {
  return texts > 0 && calls === 0 && reason.unified === "tool-calls" ? { ...reason, unified: "stop" } : reason;
}

function passCall(part: ToolCallPart, start: InputStart | undefined, out: Out): void {
  if (start !== undefined) {
    const { inputEncoding: _, ...rest } = start;
    out.enqueue(rest);
    out.enqueue({ type: "tool-input-delta", id: start.id, delta: part.input });
    out.enqueue({ type: "tool-input-end", id: start.id });
  }
  out.enqueue(part);
}

function passText(delta: string, id: string, out: Out): void {
  out.enqueue({ type: "text-start", id });
  out.enqueue({ type: "text-delta", id, delta });
  out.enqueue({ type: "text-end", id });
}
