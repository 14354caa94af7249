import { didYouMean } from "../../condition/nearest.ts";
import { effects as known } from "../format/selector-keys.ts";
import type { Report } from "../text/problems.ts";
import { choiceOf, itemsOf, textOf, textsOf, titleOf, valueOf } from "../text/written.ts";
import type { Written, WrittenMap } from "../text/written.ts";
import type { FindTools } from "./calls.ts";

/** Reports what workflows cannot lift: what is no rule, and rules on calls that do not ask. */
export function checkLifts(
  workflows: readonly WrittenMap[],
  rules: readonly WrittenMap[],
  limits: readonly WrittenMap[],
  report: Report,
): void {
  const named = (statements: readonly WrittenMap[]): ReadonlyMap<string, WrittenMap> =>
    new Map(statements.map((statement) => [textOf(valueOf(statement, "id")) ?? "", statement]));
  const [rulesById, limitsById] = [named(rules), named(limits)];
  for (const workflow of workflows) {
    for (const item of itemsOf(valueOf(workflow, "lifts"))) {
      const id = textOf(item);
      const problem = id === undefined || id === "" ? undefined : liftProblem(id, rulesById, limitsById);
      if (problem !== undefined) report(item.at, `\`lifts\` of ${titleOf(workflow, "workflow")}: ${problem}`);
    }
  }
}

function liftProblem(id: string, rules: ReadonlyMap<string, Written>, limits: ReadonlyMap<string, Written>): string | undefined {
  if (limits.has(id)) return `\`${id}\` is a limit, and limits are never lifted`;
  const rule = rules.get(id);
  if (rule === undefined) return `there is no rule \`${id}\`${didYouMean(id, rules.keys())}`;
  const decide = textOf(valueOf(rule, "decide"));
  return decide === "require_approval" ? undefined : `rule \`${id}\` does not decide \`require_approval\`, and nothing else is lifted`;
}

/** Reports steps that no call can ever be. */
export function checkSteps(workflow: WrittenMap, findTools: FindTools, report: Report): void {
  for (const [index, step] of itemsOf(valueOf(workflow, "steps")).entries()) {
    const tools = textsOf(valueOf(step, "tools"));
    const effects = itemsOf(valueOf(step, "effects")).flatMap((item) => choiceOf(item, known) ?? []);
    if (tools === undefined || effects.length === 0 || findTools({ tools, effects, agents: undefined }).length > 0) continue;
    report(
      (valueOf(step, "effects") ?? step).at,
      `step ${index + 1} of ${titleOf(workflow, "workflow")} can never match: by the catalog none of its \`tools\` has one of its \`effects\``,
    );
  }
}
