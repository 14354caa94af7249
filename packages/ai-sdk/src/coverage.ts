import type { ToolSet } from "ai";
import type { CoverageGap, Gate } from "@sallyport/core";

/**
 * The tools that cannot be enforced in `execute` and, where a gate is given, those that its policy does not know: run it
 * at start-up and fail where you did not expect one.
 */
export function coverage(tools: ToolSet, gate?: Pick<Gate, "knows">): readonly CoverageGap[] {
  return Object.entries(tools).flatMap(([tool, { execute, isProviderExecuted }]): readonly CoverageGap[] => [
    ...(isProviderExecuted === true ? [{ tool, gap: "provider-executed" } as const] : []),
    ...(isProviderExecuted !== true && execute === undefined ? [{ tool, gap: "client-side" } as const] : []),
    ...(gate === undefined || gate.knows(tool) ? [] : [{ tool, gap: "uncatalogued" } as const]),
  ]);
}
