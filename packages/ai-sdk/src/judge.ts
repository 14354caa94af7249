import { jsonSchema, type LanguageModelMiddleware } from "ai";
import { outcomeText, proposalText, readJson, type Call, type Decision, type Session } from "@sallyport/core";
import { isMarked } from "./mark.ts";
import { toCall, toDefinition } from "./to-call.ts";

/** The options of a model call, as middleware gets them. */
export type Params = Parameters<NonNullable<LanguageModelMiddleware["transformParams"]>>[0]["params"];

/** What a model answers. */
export type GenerateResult = Awaited<ReturnType<NonNullable<LanguageModelMiddleware["wrapGenerate"]>>>;

/** One part of an answer. */
export type Content = GenerateResult["content"][number];

/** A call that the model proposes. */
export type ToolCallPart = Extract<Content, { type: "tool-call" }>;

/** The tools of one model call, by name, as they were before any was hidden. */
export type OfferedTools = ReadonlyMap<string, NonNullable<Params["tools"]>[number]>;

/** What takes the place of a call: the call as it may run, or a text that says why it may not. */
export type Judgement = { readonly kind: "call"; readonly part: ToolCallPart } | { readonly kind: "text"; readonly text: string };

/** What a call is judged with. */
export interface Bench {
  readonly session: Session;
  readonly tools: OfferedTools;
  readonly prompt: Params["prompt"];
  readonly onProviderExecuted: (toolName: string) => void;
}

/**
 * Whether a call is somebody else's to judge: guarded tools pause and deny natively, and what the provider executes has
 * run by now.
 */
export function isForeign({ toolName, providerExecuted }: Pick<ToolCallPart, "toolName" | "providerExecuted">, bench: Bench): boolean {
  const tool = bench.tools.get(toolName);
  return providerExecuted === true || (tool !== undefined && isMarked(tool));
}

/**
 * Judges a call by what the model wrote. An allowed one is claimed here, since nobody sees it run: so limits count and
 * the tool's labels are put before the model gets its result.
 */
export async function judge(part: ToolCallPart, bench: Bench): Promise<Judgement> {
  if (part.providerExecuted === true) bench.onProviderExecuted(part.toolName);
  if (isForeign(part, bench)) return { kind: "call", part };
  const tool = bench.tools.get(part.toolName);
  const call = toCall({ ...part, input: parsed(part.input), messages: bench.prompt }, await definitionOf(part.toolName, tool));
  // a tool that was not offered may not even exist: never claimed
  return tool === undefined ? propose(part, call, bench.session) : claim(part, call, bench.session);
}

/** Records what the provider's own tools returned: text from outside, which the gate did not see coming. */
export async function observeResult({ result }: Extract<Content, { type: "tool-result" }>, { session }: Bench): Promise<void> {
  await session.observe({ role: "external", content: JSON.stringify(result) });
}

async function claim(part: ToolCallPart, call: Call, session: Session): Promise<Judgement> {
  let ours = false;
  const outcome = await session.call(call, () => {
    ours = true;
    return RELEASED;
  });
  if (outcome.status !== "completed") return { kind: "text", text: outcomeText(outcome) };
  // the SDK runs what is handed on: only the judgement that claimed the call may do that, and it does so once
  return ours ? asDecided(part, outcome.decision) : { kind: "text", text: RELEASED_BEFORE };
}

const RELEASED = "released by policyMiddleware: it runs outside the gate, what it returns is not recorded";
const RELEASED_BEFORE = "not run: this call was let through before; do not retry it";

async function propose(part: ToolCallPart, call: Call, session: Session): Promise<Judgement> {
  const proposal = await session.propose(call);
  return proposal.status === "allow" ? asDecided(part, proposal.decision) : { kind: "text", text: proposalText(proposal) };
}

/** The call with the args that were decided on, which rules may have rewritten. */
function asDecided(part: ToolCallPart, { args }: Decision): Judgement {
  return { kind: "call", part: { ...part, input: JSON.stringify(args) } };
}

/** What the model wrote; left as it is where it is no strict JSON, and denied for that: the SDK might repair it after us. */
function parsed(input: string): unknown {
  if (input.trim() === "") return {};
  const reading = readJson(input);
  return reading.ok ? reading.value : input;
}

async function definitionOf(name: string, tool: ReturnType<OfferedTools["get"]>): Promise<object> {
  if (tool?.type !== "function") return { name };
  return toDefinition(name, { description: tool.description, inputSchema: jsonSchema(tool.inputSchema) });
}
