import { logFault, sessionOpener, type Gate, type OnCoverage, type OnFault, type SessionSource } from "@sallyport/core";
import { coverageOf } from "./coverage.ts";
import type { Guard } from "./guarded-call.ts";
import { guarded } from "./guarded-tool.ts";
import type { Handed } from "./handed.ts";
import { runsHere, type AnyTool } from "./mark.ts";

/** How tools are guarded. */
export interface GuardOptions {
  /** the session that the calls belong to; a function where the same tools serve many chats */
  readonly session: SessionSource<Handed>;
  readonly onCoverage?: OnCoverage;
  readonly onFault?: OnFault;
}

/**
 * Guards tools: nothing of theirs runs that the policy does not allow or a human did not approve, and nothing twice, however
 * it is called: by a `ToolNode`, an agent, or code (`invoke`, `batch`, `stream`, `pipe`, `withConfig`, `withRetry`, `call`, `func`).
 * A guarded tool stays what it was: name, schema, `instanceof`, `responseFormat`, `returnDirect`. In a graph, a call that has
 * to wait pauses it; put `approvalNode` before the tools, or `policyMiddleware` into the agent, for one pause a batch.
 * Tools that cannot be enforced are reported; under `strict` a SallyportError `not-enforceable` is thrown.
 *
 * @example
 * const tools = guardTools(gate, [sendEmail], { session: ({ configurable }) => sessionOf(configurable.thread_id) });
 * const graph = new StateGraph(MessagesAnnotation).addNode("tools", new ToolNode(tools));
 */
export function guardTools<T extends object>(gate: Gate, tools: readonly T[], options: GuardOptions): T[] {
  const guard = guardOf(gate, options);
  for (const gap of coverageOf(tools, gate)) gate.report(gap, options.onCoverage);
  return tools.map((tool) => (runsHere(tool) ? kept(gate, guarded(tool, guard)) : tool));
}

/** Guards one tool, as `guardTools` does. */
export function guardTool<T extends AnyTool>(gate: Gate, tool: T, options: GuardOptions): T {
  const guard = guardOf(gate, options);
  for (const gap of coverageOf([tool], gate)) gate.report(gap, options.onCoverage);
  return kept(gate, guarded(tool, guard));
}

function kept<T extends AnyTool>(gate: Gate, tool: T): T {
  gate.tools.set(tool.name, tool);
  return tool;
}

/** What the options come to. */
export function guardOf(gate: Gate, options: GuardOptions): Guard {
  return { open: sessionOpener(gate, options), onFault: options.onFault ?? logFault };
}
