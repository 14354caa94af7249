import type { Model, ModelRequest, ModelResponse, StreamEvent } from "@openai/agents";
import { holdsOutput, refusalText, SallyportError, type Session } from "@sallyport/core";
import { carriedIn, withoutCarriers, type Judging, type NamedTool } from "./carrier.ts";
import { isRawEvent, releaseEvents } from "./release-stream.ts";
import { releaseOutput, shown } from "./release.ts";
import { proposeBatch } from "./propose-batch.ts";
import { unstamped } from "./stamp.ts";

/** Where models come from that are known by name: a `ModelProvider` of the SDK. */
export interface ModelSource {
  getModel(name?: string): Model | Promise<Model>;
}

/** Whether something gives models by their name. */
export function isProvider(provider: unknown): provider is ModelSource {
  return typeof Reflect.get(Object(provider), "getModel") === "function";
}

/** Whether something is a model of the SDK, and not just the name of one. */
export function isModel(model: unknown): model is Model {
  return typeof model === "object" && model !== null && typeof Reflect.get(model, "getResponse") === "function";
}

/** The model of a name, asked for when it is needed first. */
export function modelBehind(provider: ModelSource, name: string): () => Promise<Model> {
  let model: Promise<Model> | undefined;
  return async () => {
    try {
      return await (model ??= Promise.resolve(provider.getModel(name === "" ? undefined : name)));
    } catch (error) {
      // the next request asks again
      model = undefined;
      throw error;
    }
  };
}

/**
 * The model of a guarded agent: sees only the tools that the session might use, and answers as rules on output release it. The
 * calls of an answer are proposed here, in its order, before the SDK knows of them. It enforces nothing of what runs.
 */
export class PolicyModel implements Model {
  readonly #model: () => Promise<Model>;

  constructor(model: () => Promise<Model>) {
    this.#model = model;
  }

  async getResponse(request: ModelRequest): Promise<ModelResponse> {
    const { model, carried, session, asked } = await this.#ask(request);
    const response = await model.getResponse(asked);
    const output = await shown(carried, async () => releaseOutput(response.output, session, carried));
    const proposed = await proposeBatch(output, asked, session, carried);
    if (output === response.output) return { ...response, output: [...proposed] };
    // the provider's own form of an answer repeats its words
    const { providerData: _, ...rest } = response;
    return { ...rest, output: [...proposed] };
  }

  async *getStreamedResponse(request: ModelRequest): AsyncIterable<StreamEvent> {
    const { model, carried, session, asked } = await this.#ask(request);
    const held = holdsOutput(carried.gate);
    for await (const event of releaseEvents(model.getStreamedResponse(asked), session, carried)) {
      if (held && isRawEvent(event)) continue;
      if (event.type !== "response_done") yield event;
      else
        yield {
          ...event,
          response: { ...event.response, output: [...(await proposeBatch(event.response.output, asked, session, carried))] },
        };
    }
  }

  async getRetryAdvice(
    args: Parameters<NonNullable<Model["getRetryAdvice"]>>[0],
  ): Promise<Awaited<ReturnType<NonNullable<Model["getRetryAdvice"]>>>> {
    const model = await this.#model();
    return model.getRetryAdvice?.(args);
  }

  async #ask(request: ModelRequest): Promise<Asked> {
    const carried = carriedIn(request);
    if (carried === undefined) throw new SallyportError("denied", "the model of a guarded agent is asked by that agent only");
    try {
      const session = await carried.session();
      const whole = { ...request, input: unstamped(request.input), tools: withoutCarriers(request.tools) };
      const hidden = await hiddenOf(whole, session);
      return { model: await this.#model(), carried: { ...carried, hidden }, session, asked: without(hidden, whole) };
    } catch (error) {
      throw new SallyportError("denied", refusalText(error, carried.onFault));
    }
  }
}

interface Asked {
  readonly model: Model;
  readonly carried: Judging;
  readonly session: Session;
  readonly asked: ModelRequest;
}

/** The tools of a request that the session may not use. Those of a hosted MCP server, and what a search finds, are not known here. */
async function hiddenOf({ tools }: ModelRequest, session: Session): Promise<readonly NamedTool[]> {
  const named = tools.filter(({ type, name }) => type !== "hosted_tool" || (name !== "hosted_mcp" && name !== "tool_search"));
  const offered = new Set(await session.offer(named.map(({ name }) => name)));
  return named.filter(({ name }) => !offered.has(name));
}

/** The request without these tools, and without a choice of one of them. */
function without(hidden: readonly NamedTool[], request: ModelRequest): ModelRequest {
  const gone = new Set(hidden.map(({ name }) => name));
  const { toolChoice, ...rest } = request.modelSettings;
  const isGone = toolChoice !== undefined && gone.has(toolChoice);
  return {
    ...request,
    tools: request.tools.filter(({ name }) => !gone.has(name)),
    modelSettings: isGone ? rest : request.modelSettings,
  };
}
