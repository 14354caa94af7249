import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import type { BaseLanguageModelInput } from "@langchain/core/language_models/base";
import { BaseChatModel, type BindToolsInput } from "@langchain/core/language_models/chat_models";
import { AIMessage, AIMessageChunk, ToolMessage, type BaseMessage } from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatResult } from "@langchain/core/outputs";
import type { Runnable } from "@langchain/core/runnables";
import type { ScriptedModel, ShownResult, Turn } from "@sallyport/conformance";

/** The scripted model as a chat model of LangChain's. */
export class ScriptedChatModel extends BaseChatModel {
  readonly #model: ScriptedModel;
  readonly #tools: readonly string[];

  constructor(model: ScriptedModel, tools: readonly string[] = []) {
    super({});
    this.#model = model;
    this.#tools = tools;
  }

  override _llmType(): string {
    return "scripted";
  }

  override bindTools(tools: BindToolsInput[]): Runnable<BaseLanguageModelInput, AIMessageChunk> {
    return new ScriptedChatModel(
      this.#model,
      tools.map((tool) => String(Reflect.get(tool, "name"))),
    );
  }

  override async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const turn = this.#next(messages);
    const message = new AIMessage({ content: textOf(turn), tool_calls: callsOf(turn).map((call) => ({ ...call, type: "tool_call" })) });
    return { generations: [{ text: textOf(turn), message }] };
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    _: this["ParsedCallOptions"],
    run?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    const turn = this.#next(messages);
    for (const part of textOf(turn).match(/.{1,4}/gs) ?? []) {
      yield new ChatGenerationChunk({ text: part, message: new AIMessageChunk({ content: part }) });
      await run?.handleLLMNewToken(part);
    }
    for (const [index, { id, name, args }] of callsOf(turn).entries()) {
      const text = JSON.stringify(args);
      const chunks = [{ id, name, args: text.slice(0, 4) }, { args: text.slice(4) }];
      for (const chunk of chunks) {
        const message = new AIMessageChunk({ content: "", tool_call_chunks: [{ ...chunk, index, type: "tool_call_chunk" }] });
        yield new ChatGenerationChunk({ text: "", message });
      }
    }
  }

  #next(messages: readonly BaseMessage[]): Turn {
    return this.#model.next({ tools: this.#tools, results: messages.flatMap(resultIn) });
  }
}

function resultIn(message: BaseMessage): readonly ShownResult[] {
  if (!ToolMessage.isInstance(message)) return [];
  const { tool_call_id: call, status, content } = message;
  return [{ call, kind: status === "error" ? "refusal" : "result", content }];
}

function textOf(turn: Turn): string {
  return turn.flatMap((part) => (part.kind === "text" ? [part.text] : [])).join("");
}

function callsOf(turn: Turn): readonly { readonly id: string; readonly name: string; readonly args: Record<string, unknown> }[] {
  return turn.flatMap((part) => (part.kind === "call" ? [{ id: part.id, name: part.tool, args: { ...Object(part.args) } }] : []));
}
