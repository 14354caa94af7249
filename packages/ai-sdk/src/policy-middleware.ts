import type { LanguageModelMiddleware } from "ai";
import { guardingOf, SallyportError, type Gate, type OnCoverage, type Session, type SessionSource } from "@sallyport/core";
import { judge, observeResult, type Bench, type Content, type GenerateResult, type OfferedTools, type Params } from "./judge.ts";
import { finishReason, judgeStream } from "./judge-stream.ts";
import { releaseResult } from "./release.ts";
import { releaseStream } from "./release-stream.ts";
import { isMarked } from "./mark.ts";

/** How a model is guarded. */
export interface MiddlewareOptions {
  /** the session that the model's calls belong to; a function where one model serves many chats */
  readonly session: SessionSource<Params>;
  readonly onCoverage?: OnCoverage;
}

/** Middleware of the current specification. */
export type PolicyMiddleware = LanguageModelMiddleware & { readonly specificationVersion: "v4" };

/**
 * Guards a model: hides the tools that no call of the session may use, and lets out its texts and its reasoning only as
 * rules on output release them. Calls of tools that `guardTools` guards pass on to their own pause and denial; of any other
 * tool, denied and pending calls become text, and the SDK never sees them.
 *
 * Alone it judges the arguments as the model wrote them (before a schema's transforms), cannot stop what the provider
 * executes, inspects no results, and an approval has nothing to resume: guard the tools wherever you can. Where
 * `toolChoice` demands a call, the SDK throws once that call became text or its tool is hidden.
 *
 * @example
 * const model = wrapLanguageModel({ model: openai("gpt-5"), middleware: policyMiddleware(gate, { session }) });
 */
export function policyMiddleware(gate: Gate, options: MiddlewareOptions): PolicyMiddleware {
  const { open } = guardingOf(gate, options);
  // the tools as they were before some were hidden: the model may call those as well
  const offered = new WeakMap<Params, OfferedTools>();

  const bench = async (params: Params): Promise<Bench> => ({
    session: await open(params),
    tools: offered.get(params) ?? byName(params),
    prompt: params.prompt,
    onProviderExecuted: (tool) => gate.report({ tool, gap: "provider-executed" }, options.onCoverage),
  });

  return {
    specificationVersion: "v4",
    async transformParams({ params }) {
      const hidden = await withoutHidden(params, await open(params));
      if (gate.strict) refuseProviderTools(hidden);
      offered.set(hidden, byName(params));
      return hidden;
    },
    async wrapGenerate({ doGenerate, params }) {
      const judging = await bench(params);
      return judgeResult(await releaseResult(await doGenerate(), judging.session), judging);
    },
    async wrapStream({ doStream, params }) {
      const { stream, ...rest } = await doStream();
      const judging = await bench(params);
      return { ...rest, stream: stream.pipeThrough(releaseStream(judging.session)).pipeThrough(judgeStream(judging)) };
    },
  };
}

function byName({ tools = [] }: Params): OfferedTools {
  return new Map(tools.map((tool) => [tool.name, tool]));
}

/** The params with the tools that the session may use, and no choice of one that is gone. */
async function withoutHidden(params: Params, session: Session): Promise<Params> {
  const { tools, toolChoice, ...rest } = params;
  if (tools === undefined) return params;
  const names = new Set(await session.offer(tools.map(({ name }) => name)));
  const kept = tools.filter(({ name }) => names.has(name));
  if (kept.length === 0) return rest;
  const dangling = toolChoice?.type === "tool" && !names.has(toolChoice.toolName);
  return { ...rest, tools: kept, ...(toolChoice === undefined ? {} : { toolChoice: dangling ? { type: "auto" } : toolChoice }) };
}

/** What is not guarded may run at the provider, before there is a call to judge. */
function refuseProviderTools({ tools = [] }: Params): void {
  const loose = tools.find((tool) => tool.type === "provider" && !isMarked(tool));
  if (loose !== undefined)
    throw new SallyportError(
      "not-enforceable",
      `\`${loose.name}\` is the provider's and not guarded: its calls may not be denied; leave it out of the tools`,
    );
}

async function judgeResult(result: GenerateResult, bench: Bench): Promise<GenerateResult> {
  const content: Content[] = [];
  const count = { calls: 0, texts: 0 };
  for (const part of result.content) {
    const judged = await judgeContent(part, bench);
    if (part.type === "tool-call" && part.providerExecuted !== true) count[judged.type === "text" ? "texts" : "calls"] += 1;
    content.push(judged);
  }
  return { ...result, content, finishReason: finishReason(result.finishReason, count) };
}

async function judgeContent(part: Content, bench: Bench): Promise<Content> {
  if (part.type === "tool-result") await observeResult(part, bench);
  if (part.type !== "tool-call") return part;
  const judgement = await judge(part, bench);
  return judgement.kind === "call" ? judgement.part : { type: "text", text: judgement.text };
}
