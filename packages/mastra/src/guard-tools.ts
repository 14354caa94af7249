import type { ToolsInput } from "@mastra/core/agent";
import { guardEach, guardingOf, SallyportError, type Gate, type GuardOptions } from "@sallyport/core";
import { Batches } from "./batch.ts";
import { coverage } from "./coverage.ts";
import { guardedTool } from "./guarded-tool.ts";
import type { Handed } from "./handed.ts";
import type { AnyTool } from "./mark.ts";

/**
 * Guards tools: nothing of theirs runs that the policy does not allow or a human did not approve, and nothing twice,
 * wherever Mastra runs them: in agents, sub-agents and workflows, from toolsets, functions and processors, over MCP.
 * Every tool keeps its class, types and properties; a tool of the AI SDK becomes one of Mastra's.
 * Tools that cannot be enforced are reported; under `strict` a SallyportError `not-enforceable` is thrown.
 *
 * @example
 * const tools = guardTools(gate, { sendEmail }, { session: ({ threadId, resourceId }) => sessionOf(threadId, resourceId) });
 * const agent = new Agent({ id: "desk", name: "Desk", instructions, model, tools });
 */
export function guardTools<TOOLS extends ToolsInput>(gate: Gate, tools: TOOLS, options: GuardOptions<Handed>): TOOLS {
  const guarding = { ...guardingOf(gate, options), batches: new Batches() };
  for (const gap of coverage(tools, gate)) gate.report(gap, options.onCoverage);
  return guardEach<AnyTool, TOOLS>(tools, (name, tool) => guardedTool(name, tool, guarding));
}

/**
 * Guards one tool, under its `id`: for steps of workflows and wherever tools come one by one. Else like `guardTools`.
 *
 * @example
 * const workflow = createWorkflow({ id: "refund", inputSchema, outputSchema }).then(createStep(guardTool(gate, refund, { session }))).commit();
 */
export function guardTool<T extends AnyTool & { readonly id: string }>(gate: Gate, tool: T, options: GuardOptions<Handed>): T {
  const guarding = { ...guardingOf(gate, options), batches: new Batches() };
  if (typeof Object(tool).id !== "string")
    throw new SallyportError("invalid-input", "a tool without `id` is none; hand over tools of Mastra");
  for (const gap of coverage({ [tool.id]: tool }, gate)) gate.report(gap, options.onCoverage);
  return guardedTool(tool.id, tool, guarding);
}
