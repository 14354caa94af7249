import type { ToolsInput } from "@mastra/core/agent";
import { isProviderDefinedTool } from "@mastra/core/tools";
import { gapsOf, type CoverageGap, type Gate } from "@sallyport/core";

/**
 * The tools that cannot be enforced in `execute` and, where a gate is given, those that its policy does not know: run it
 * at start-up and fail where you did not expect one.
 */
export function coverage(tools: ToolsInput, gate?: Pick<Gate, "knows">): readonly CoverageGap[] {
  return Object.entries(tools).flatMap(([name, tool]) => gapsOf(name, gapOf(tool), gate));
}

/** Why a tool has nothing to guard, where it has not. */
export function gapOf(tool: unknown): CoverageGap["gap"] | undefined {
  if (isProviderDefinedTool(tool)) return "provider-executed";
  return typeof Reflect.get(Object(tool), "execute") === "function" ? undefined : "client-side";
}
