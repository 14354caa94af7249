import type { ProcessOutputStepArgs, ProcessToolResultArgs } from "@mastra/core/processors";
import { callId, type Session } from "@sallyport/core";
import { Batch, type SeenCall } from "./batch.ts";
import { isDenial } from "./from-outcome.ts";
import type { Guard } from "./guard.ts";
import { guardOf } from "./mark.ts";
import { idUses } from "./to-call.ts";

/** What the calls of a message may be of: the tools of its model call, by the names that the model was told, and those it was shown. */
export interface Offered {
  readonly tools: Readonly<Record<string, unknown>>;
  readonly active: ReadonlySet<string>;
}

/**
 * Proposes the calls of a message. They are called by the run's id, which is not known here: whichever of them runs first
 * proposes them all, or where none will run this does.
 */
export async function proposeCalls(
  { toolCalls = [], messages, requestContext, steps, stepNumber: step }: ProcessOutputStepArgs,
  offered: Offered,
  session: Session,
): Promise<void> {
  const seen: SeenCall[] = [];
  const waiting = new Set<string>();
  const guards = new Set<Guard>();
  for (const call of toolCalls) {
    const [name, tool] = toolOf(call.toolName, offered.tools);
    const guard = guardOf(tool);
    const known = await seenCall(call, tool, guard);
    if (known !== undefined) seen.push(known);
    if (known === undefined || guard === undefined || !offered.active.has(name)) continue;
    waiting.add(call.toolCallId);
    guards.add(guard);
  }
  const batch = new Batch({ session: session.id, calls: seen, waiting, used: usedIn(steps), step });
  const history = [...idUses(messages)];
  if (waiting.size === 0) for (const { toolCallId, ...call } of seen) await session.propose({ ...call, id: callId(toolCallId, history) });
  for (const { batches } of guards) batches.add(requestContext, batch);
}

/**
 * Whether a call of a guarded tool has a result that did not come through its guard: something else runs under its name. That
 * hooks refused it, or Mastra its args, is no such result.
 */
export function ranPast(
  { toolName, toolCallId, requestContext, result }: ProcessToolResultArgs,
  { tools }: Offered,
  session: Session,
): boolean {
  const [, tool] = toolOf(toolName, tools);
  const { batches } = guardOf(tool) ?? {};
  return !isDenial(result) && !isRefusedInput(result) && batches?.isWaitingFor(requestContext, session, toolCallId) === true;
}

function isRefusedInput(result: unknown): boolean {
  return typeof result === "object" && result !== null && "error" in result && "validationErrors" in result;
}

/** The ids of the run's calls so far: of ids that are used again, Mastra keeps the first use. */
function usedIn(steps: ProcessOutputStepArgs["steps"]): ReadonlySet<string> {
  return new Set(steps.flatMap(({ content }) => content.flatMap((part) => (part.type === "tool-call" ? [part.toolCallId] : []))));
}

type NativeCall = NonNullable<ProcessOutputStepArgs["toolCalls"]>[number];

/** A call as it will be proposed; undefined for one that Mastra answers for its args, and for one that runs past the gate. */
async function seenCall(
  { toolCallId, toolName, args }: NativeCall,
  tool: unknown,
  guard: Guard | undefined,
): Promise<SeenCall | undefined> {
  if (tool === undefined) return { toolCallId, tool: toolName, args: withoutMastras(args), definition: { name: toolName } };
  if (guard === undefined) return undefined;
  // a schema that throws says so where the tool is to run
  const parsed = await guard.parse(withoutMastras(args)).catch(() => undefined);
  return parsed?.ok === true ? { toolCallId, tool: guard.name, args: parsed.args, definition: await guard.definition() } : undefined;
}

/** The args less what Mastra takes out of them before the tool gets them. */
function withoutMastras(args: unknown): unknown {
  if (typeof args !== "object" || args === null) return args;
  const { resumeData: _, suspendedToolCallId: _call, suspendedToolRunId: _run, _background, ...rest } = Object(args);
  return rest;
}

/** Mastra finds a tool by its key, and else by its id. */
function toolOf(toolName: string, tools: Offered["tools"]): readonly [name: string, tool: unknown] {
  if (Object.hasOwn(tools, toolName)) return [toolName, tools[toolName]];
  return Object.entries(tools).find(([, tool]) => idOf(tool) === toolName) ?? [toolName, undefined];
}

function idOf(tool: unknown): unknown {
  return typeof tool === "object" && tool !== null ? Reflect.get(tool, "id") : undefined;
}
