import { guardingOf, type Gate, type GuardOptions } from "@sallyport/core";
import { coverageOf } from "./coverage.ts";
import { guardedTool } from "./guarded-tool.ts";
import type { Handed } from "./handed.ts";
import { remember } from "./known-tools.ts";
import { runsHere, type AnyTool } from "./mark.ts";

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
export function guardTools<T extends object>(gate: Gate, tools: readonly T[], options: GuardOptions<Handed>): T[] {
  const guarding = guardingOf(gate, options);
  for (const gap of coverageOf(tools, gate)) gate.report(gap, options.onCoverage);
  return tools.map((tool) => (runsHere(tool) ? remember(gate, guardedTool(tool, gate, guarding)) : tool));
}

/** Guards one tool, as `guardTools` does. */
export function guardTool<T extends AnyTool>(gate: Gate, tool: T, options: GuardOptions<Handed>): T {
  const guarding = guardingOf(gate, options);
  const guarded = guardedTool(tool, gate, guarding);
  for (const gap of coverageOf([tool], gate)) gate.report(gap, options.onCoverage);
  return remember(gate, guarded);
}
