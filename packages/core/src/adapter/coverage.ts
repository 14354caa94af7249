import type { CoverageGap, Gate } from "../gate/contract.ts";

/** The gaps of one tool: the one that its framework shows, and where a gate is given whether its policy knows the name. */
export function gapsOf(tool: string, native: CoverageGap["gap"] | undefined, gate?: Pick<Gate, "knows">): readonly CoverageGap[] {
  return [
    ...(native === undefined ? [] : [{ tool, gap: native }]),
    ...(gate === undefined || gate.knows(tool) ? [] : [{ tool, gap: "uncatalogued" } as const]),
  ];
}
