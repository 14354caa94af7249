import type { CoverageGap, Gate } from "@sallyport/core";
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
  return tools.flatMap((listed): readonly CoverageGap[] => {
    const tool = nameOf(listed);
    return [
      ...(runsHere(listed) ? [] : [{ tool, gap: "provider-executed" } as const]),
      ...(isHeadless(listed) ? [{ tool, gap: "client-side" } as const] : []),
      ...(gate === undefined || gate.knows(tool) ? [] : [{ tool, gap: "uncatalogued" } as const]),
    ];
  });
}

/** A tool that pauses the graph for the client to run it. */
function isHeadless(tool: object): boolean {
  const metadata: unknown = Reflect.get(tool, "metadata");
  return Reflect.get(Object(metadata), "headlessTool") === true;
}
