import type { ToolsInput } from "@mastra/core/agent";
import { logFault, type Gate } from "@sallyport/core";
import { Batches } from "./batch.ts";
import { coverage } from "./coverage.ts";
import { openerOf, type GuardOptions, type Guarding } from "./guard.ts";
import { guardedTool } from "./guarded-tool.ts";
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
export function guardTools<TOOLS extends ToolsInput>(gate: Gate, tools: TOOLS, options: GuardOptions): TOOLS {
  const guarding = guardingOf(gate, options);
  for (const gap of coverage(tools, gate)) gate.report(gap, options.onCoverage);
  const guarded: TOOLS = { ...tools };
  for (const name in tools) {
    const tool = tools[name];
    if (tool !== undefined && Object.hasOwn(tools, name)) guarded[name] = guardedTool(name, tool, guarding);
  }
  return guarded;
}

/**
 * Guards one tool, under its `id`: for steps of workflows and wherever tools come one by one. Else like `guardTools`.
 *
 * @example
 * const workflow = createWorkflow({ id: "refund", inputSchema, outputSchema }).then(createStep(guardTool(gate, refund, { session }))).commit();
 */
export function guardTool<T extends AnyTool & { readonly id: string }>(gate: Gate, tool: T, options: GuardOptions): T {
  for (const gap of coverage({ [tool.id]: tool }, gate)) gate.report(gap, options.onCoverage);
  return guardedTool(tool.id, tool, guardingOf(gate, options));
}

function guardingOf(gate: Gate, options: GuardOptions): Guarding {
  return { open: openerOf(gate, options), onFault: options.onFault ?? logFault, batches: new Batches() };
}
