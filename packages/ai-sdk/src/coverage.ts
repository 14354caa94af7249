import type { ToolSet } from "ai";
import { gapsOf, type CoverageGap, type Gate } from "@sallyport/core";
import type { AnyTool } from "./mark.ts";

/**
 * The tools that cannot be enforced in `execute` and, where a gate is given, those that its policy does not know: run it
 * at start-up and fail where you did not expect one.
 */
export function coverage(tools: ToolSet, gate?: Pick<Gate, "knows">): readonly CoverageGap[] {
  return Object.entries(tools).flatMap(([name, tool]) => gapsOf(name, gapOf(tool), gate));
}

function gapOf({ execute, isProviderExecuted }: AnyTool): CoverageGap["gap"] | undefined {
  if (isProviderExecuted === true) return "provider-executed";
  return execute === undefined ? "client-side" : undefined;
}
