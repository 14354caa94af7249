import { digestOf } from "../../json/sha256.ts";
import { workflowFormat } from "../format/workflow-format.ts";
import type { Rule, Selector, Workflow, WorkflowStep } from "../policy.ts";
import type { Report } from "../text/problems.ts";
import { itemsOf, plain, textOf, textsOf, titleOf, valueOf } from "../text/written.ts";
import type { WrittenMap } from "../text/written.ts";
import { buildCondition } from "./condition.ts";
import { buildSelector } from "./statement.ts";
import type { CallScope } from "./statement.ts";
import { checkTools } from "./vocabulary.ts";
import { conforms, watch } from "./watch.ts";

/** Builds one workflow and reports what is wrong with it by itself; undefined where something is. */
export function buildWorkflow(
  written: WrittenMap,
  rules: readonly Rule[],
  scopeOf: (selector: Selector) => CallScope,
  report: Report,
): Workflow | undefined {
  const watched = watch(report);
  const title = titleOf(written, "workflow");
  const steps = itemsOf(valueOf(written, "steps")).flatMap((step, index) =>
    step.kind === "map" ? [buildStep(step, `step ${index + 1} of ${title}`, scopeOf, watched.report)] : [],
  );
  if (!watched.isClean() || !conforms(written, workflowFormat)) return undefined;
  const lifts = textsOf(valueOf(written, "lifts")) ?? [];
  return {
    id: textOf(valueOf(written, "id")) ?? "",
    lifts,
    steps,
    digest: digestOf([plain(written), ...rules.filter(({ id }) => lifts.includes(id)).map(({ digest }) => digest)]),
    line: written.at.line,
  };
}

function buildStep(written: WrittenMap, title: string, scopeOf: (selector: Selector) => CallScope, report: Report): WorkflowStep {
  const selector = buildSelector(written);
  const scope = scopeOf(selector);
  checkTools(valueOf(written, "tools"), scope.vocabulary, report);
  if (written.entries.length === 0)
    report(written.at, `${title} says nothing, so every call would be it; name its \`tools\`, or give it a \`when\``);
  const when = buildCondition(valueOf(written, "when"), { use: "when", origins: "tightening", ...scope }, `\`when\` of ${title}`, report);
  if (when?.constant === false)
    report(
      (valueOf(written, "when") ?? written).at,
      `\`when\` of ${title} is always false, so the workflow never gets past it; correct it`,
    );
  return { ...selector, when };
}
