import type { ToolsInput } from "@mastra/core/agent";
import type { ToolHooks } from "@mastra/core/tools";
import { unguardedText, type Gate, type OnCoverage } from "@sallyport/core";
import type { Denial } from "./from-outcome.ts";
import { isMarked } from "./mark.ts";

/** Which tools an agent's hooks let pass. */
export interface HookOptions {
  /** the guarded tools of the agent, with those of its toolsets */
  readonly tools: ToolsInput;
  /** names of tools that may run past the gate, such as `agent-billing` where that agent's own tools are guarded */
  readonly except?: readonly string[];
  readonly onCoverage?: OnCoverage;
}

/** Hooks that refuse tools. */
export interface PolicyHooks extends ToolHooks {
  readonly beforeToolCall: NonNullable<ToolHooks["beforeToolCall"]>;
}

/**
 * Hooks for an agent that refuse every tool that is not guarded: delegations, memory and workspace tools, and whatever a
 * toolset brings. Mastra tells hooks a tool's name alone, so one that has taken a guarded tool's name passes; tools that a
 * processor adds and a sub-agent's own tools it does not ask about; `hooks` of one run take their place. What is guarded
 * holds in all of these cases. Tools here that are not guarded are reported.
 *
 * @example
 * new Agent({ …, tools, agents: { billing }, hooks: policyHooks(gate, { tools, except: ["agent-billing"] }) });
 */
export function policyHooks(gate: Gate, { tools, except = [], onCoverage }: HookOptions): PolicyHooks {
  const passing = new Set(except);
  for (const [name, tool] of Object.entries(tools)) {
    if (isMarked(tool)) passing.add(name);
    else gate.report({ tool: name, gap: "unguarded" }, onCoverage);
  }
  return {
    beforeToolCall: ({ toolName }) => {
      if (passing.has(toolName)) return;
      const output: Denial = { denied: true, reason: unguardedText(toolName) };
      return { proceed: false, output };
    },
  };
}
