import type { ToolsInput } from "@mastra/core/agent";
import { isProviderDefinedTool } from "@mastra/core/tools";
import type { CoverageGap, Gate } from "@sallyport/core";

/**
 * The tools that cannot be enforced in `execute` and, where a gate is given, those that its policy does not know: run it
 * at start-up and fail where you did not expect one.
 */
export function coverage(tools: ToolsInput, gate?: Pick<Gate, "knows">): readonly CoverageGap[] {
  return Object.entries(tools).flatMap(([tool, native]): readonly CoverageGap[] => [
    ...gapOf(tool, native),
    ...(gate === undefined || gate.knows(tool) ? [] : [{ tool, gap: "uncatalogued" } as const]),
  ]);
}

function gapOf(tool: string, native: object): readonly CoverageGap[] {
  if (isProviderDefinedTool(native)) return [{ tool, gap: "provider-executed" }];
  return typeof Reflect.get(native, "execute") === "function" ? [] : [{ tool, gap: "client-side" }];
}
