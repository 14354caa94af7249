import { overlaps } from "../build/path.ts";
import type { Assignment, Rule } from "../policy.ts";
import type { Report } from "../text/problems.ts";
import { entryOf, valueOf } from "../text/written.ts";
import { coversCalls } from "./calls.ts";
import type { FindTools, ToolGroup } from "./calls.ts";
import { isUnconditional } from "./reach.ts";
import type { Placed } from "./reach.ts";

/** Reports rules that always write the same arg together: every call that both match would be denied. */
export function checkWrites(rules: readonly Placed<Rule>[], findTools: FindTools, report: Report): void {
  const before: Writer[] = [];
  for (const { statement: rule, written } of rules) {
    if (rule.set.length === 0 || rule.mode === "shadow" || !isUnconditional(rule)) continue;
    const writer = { rule, tools: findTools(rule) };
    for (const { path } of rule.set) {
      const other = before.find((one) => writes(one.rule, path) && matchTogether(one, writer))?.rule;
      const key = `args.${path.join(".")}`;
      const place = entryOf(valueOf(written, "set"), key) ?? written;
      if (other !== undefined)
        report(
          place.at,
          `rules \`${other.id}\` (line ${other.line}) and \`${rule.id}\` always set \`${key}\` together, which denies the call; set it in one of them`,
        );
    }
    before.push(writer);
  }
}

interface Writer {
  readonly rule: Rule;
  readonly tools: readonly ToolGroup[];
}

function writes({ set }: Rule, path: Assignment["path"]): boolean {
  return set.some((assignment) => overlaps(assignment.path, path));
}

/** Whether one rule is about all calls that the other is about. */
function matchTogether(a: Writer, b: Writer): boolean {
  if (a.tools.length === 0 || b.tools.length === 0) return false;
  return coversCalls(a.rule, b.rule, b.tools) || coversCalls(b.rule, a.rule, a.tools);
}
