import type { Model, ModelRequest, ModelResponse, StreamEvent } from "@openai/agents";
import { holdsOutput, refusalText, SallyportError, unshownText, type Session } from "@sallyport/core";
import { carriedIn, withoutCarriers, type Carried } from "./carrier.ts";
import { isRawEvent, releaseEvents } from "./release-stream.ts";
import { releaseOutput } from "./release.ts";
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
  return async () => (model ??= Promise.resolve(provider.getModel(name === "" ? undefined : name)));
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
    const released = releaseEvents(model.getStreamedResponse(asked), session, carried);
    for (;;) {
      const next = await shown(carried, async () => released.next());
      if (next.done === true) return;
      const event = next.value;
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
      const asked = await withoutHidden({ ...request, input: unstamped(request.input), tools: withoutCarriers(request.tools) }, session);
      return { model: await this.#model(), carried, session, asked };
    } catch (error) {
      throw new SallyportError("denied", refusalText(error, carried.onFault));
    }
  }
}

interface Asked {
  readonly model: Model;
  readonly carried: Carried;
  readonly session: Session;
  readonly asked: ModelRequest;
}

/** Where a text cannot be looked at nothing of it is shown. What the app's own code throws stays here: the SDK hands errors on. */
async function shown<T>({ onFault }: Carried, release: () => Promise<T>): Promise<T> {
  try {
    return await release();
  } catch (error) {
    throw new SallyportError("denied", unshownText(error, onFault));
  }
}

/** The request with the tools that the session may use, and no choice of one that is gone. */
async function withoutHidden(request: ModelRequest, session: Session): Promise<ModelRequest> {
  const names = request.tools.flatMap((tool) => (tool.type === "function" ? [tool.name] : []));
  const offered = new Set(await session.offer(names));
  const tools = request.tools.filter((tool) => tool.type !== "function" || offered.has(tool.name));
  const { toolChoice, ...rest } = request.modelSettings;
  const isGone = toolChoice !== undefined && names.includes(toolChoice) && !offered.has(toolChoice);
  return { ...request, tools, modelSettings: isGone ? rest : request.modelSettings };
}
