import { gapsOf, type CoverageGap, type Gate } from "@sallyport/core";
import { isMarked, nameOf, runsHere } from "./mark.ts";

/**
 * The tools whose calls cannot be enforced, or are not, and, where a gate is given, those that its policy does not know: run
 * it at start-up on what you hand to a `ToolNode`, or to an agent without `policyMiddleware`.
 */
export function coverage(tools: readonly object[], gate?: Pick<Gate, "knows">): readonly CoverageGap[] {
  const unguarded = tools.filter((tool) => runsHere(tool) && !isMarked(tool));
  return [...unguarded.map((tool) => ({ tool: nameOf(tool), gap: "unguarded" }) as const), ...coverageOf(tools, gate)];
}

/** The gaps that are left once every tool is guarded that can be. */
export function coverageOf(tools: readonly object[], gate?: Pick<Gate, "knows">): readonly CoverageGap[] {
  return tools.flatMap((tool) => gapsOf(nameOf(tool), gapOf(tool), gate));
}

function gapOf(tool: object): CoverageGap["gap"] | undefined {
  if (!runsHere(tool)) return "provider-executed";
  return isHeadless(tool) ? "client-side" : undefined;
}

/** A tool that pauses the graph for the client to run it. */
function isHeadless(tool: object): boolean {
  const metadata: unknown = Reflect.get(tool, "metadata");
  return Reflect.get(Object(metadata), "headlessTool") === true;
}
