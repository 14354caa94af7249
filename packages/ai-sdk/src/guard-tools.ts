import type { ToolSet } from "ai";
import { guardEach, type Gate, type GuardOptions } from "@sallyport/core";
import { coverage } from "./coverage.ts";
import { entranceOf } from "./entrance.ts";
import { guardedTool } from "./guarded-tool.ts";
import type { Handed } from "./handed.ts";
import type { AnyTool } from "./mark.ts";
import { toolApprovalOf, type ToolApproval } from "./tool-approval.ts";

/** Guarded tools, to be spread into `generateText`, `streamText` or `new ToolLoopAgent`. */
export interface GuardedTools<TOOLS extends ToolSet> {
  readonly tools: TOOLS;
  readonly toolApproval: ToolApproval;
}

/**
 * Guards tools: nothing of theirs runs that the policy does not allow or a human did not approve, and nothing twice.
 * The wrapped `execute` enforces, also where `toolApproval` is left out; that one adds the SDK's own pause and denial.
 * Every tool keeps its types and properties; one whose `execute` is no `async function*` gives no previews.
 * Tools that cannot be enforced are reported; under `strict` a SallyportError `not-enforceable` is thrown. Hooks such as
 * `onInputAvailable` are the SDK's to call, before anything is decided: keep effects out of them.
 *
 * @example
 * const guarded = guardTools(gate, { sendEmail }, { session: { id: chatId, principal: user, agent: { id: "desk" } } });
 * const result = await generateText({ model, messages, ...guarded });
 */
export function guardTools<TOOLS extends ToolSet>(gate: Gate, tools: TOOLS, options: GuardOptions<Handed>): GuardedTools<TOOLS> {
  const entrance = entranceOf(gate, tools, options);
  for (const gap of coverage(tools, gate)) gate.report(gap, options.onCoverage);
  const guarded = guardEach<AnyTool, TOOLS>(tools, (name, tool) => guardedTool(name, tool, entrance));
  return { tools: guarded, toolApproval: toolApprovalOf(tools, entrance, gate) };
}
