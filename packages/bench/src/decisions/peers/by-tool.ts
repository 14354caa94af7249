import type { RuleSpec } from "../workload.ts";

/** Rules by the name of each tool that they are about: how peers that know no globs, or have no index, are used. */
export function byTool(rules: readonly RuleSpec[]): ReadonlyMap<string, readonly RuleSpec[]> {
  const found = new Map<string, RuleSpec[]>();
  for (const rule of rules) {
    for (const tool of rule.tools) {
      const list = found.get(tool);
      if (list === undefined) found.set(tool, [rule]);
      else list.push(rule);
    }
  }
  return found;
}
