import type { Limit, Rule } from "../policy.ts";
import type { Position, Report } from "../text/problems.ts";
import { valueOf } from "../text/written.ts";
import type { WrittenMap } from "../text/written.ts";
import { coversCalls } from "./calls.ts";
import type { FindTools, ToolGroup } from "./calls.ts";

/** A statement with the place where it stands. */
export interface Placed<T extends Rule | Limit> {
  readonly statement: T;
  readonly written: WrittenMap;
}

/** Reports a statement that no call can ever match. */
export function checkMatchable(
  { statement: { id, when, tools, effects }, written }: Placed<Rule | Limit>,
  noun: "rule" | "limit",
  groups: readonly ToolGroup[],
  report: Report,
): void {
  if (when?.constant === false)
    report(
      (valueOf(written, "when") ?? written).at,
      `\`when\` of ${noun} \`${id}\` is always false, so it can never match; correct it, or take the ${noun} out`,
    );
  if (groups.length > 0 || tools === undefined || effects === undefined) return;
  report(
    (valueOf(written, "effects") ?? written).at,
    `${noun} \`${id}\` can never match: by the catalog none of its \`tools\` has one of its \`effects\``,
  );
}

/** Reports rules that cannot matter, since an unconditional deny decides about all their calls, wherever it stands. */
export function checkHidden(rules: readonly Placed<Rule>[], findTools: FindTools, report: Report): void {
  const denies = indexDenies(rules);
  for (const rule of rules) {
    const { id, labels, mode } = rule.statement;
    if (labels.length > 0 || mode === "shadow") continue;
    const groups = findTools(rule.statement);
    const deny = denies(groups).find((candidate) => hides(candidate, rule, groups, findTools))?.statement;
    if (deny !== undefined)
      report(
        (valueOf(rule.written, "id") ?? rule.written).at,
        `rule \`${id}\` cannot matter: \`${deny.id}\` (line ${deny.line}) denies all that it can match; take it out, or put a condition on \`${deny.id}\``,
      );
  }
}

function hides(deny: Placed<Rule>, rule: Placed<Rule>, groups: readonly ToolGroup[], findTools: FindTools): boolean {
  if (
    deny === rule ||
    deny.statement.on !== rule.statement.on ||
    groups.length === 0 ||
    !coversCalls(deny.statement, rule.statement, groups)
  )
    return false;
  // of two denies of the same calls the one that labels matters, else the one that stands first
  const mutual = deniesAlways(rule.statement) && coversCalls(rule.statement, deny.statement, findTools(deny.statement));
  return !mutual || deny.statement.labels.length > 0 || isBefore(deny.written.at, rule.written.at);
}

/** Whether a rule matches everything that it is about. */
export function isUnconditional({ when, detect }: Rule): boolean {
  return detect === undefined && (when === undefined || when.constant === true);
}

function deniesAlways(rule: Rule): boolean {
  return rule.decide === "deny" && rule.mode === "enforce" && isUnconditional(rule);
}

/** Finds the denies that can cover some tools: among thousands of denies by name only those of the first tool are looked at. */
function indexDenies(rules: readonly Placed<Rule>[]): (groups: readonly ToolGroup[]) => readonly Placed<Rule>[] {
  const broad: Placed<Rule>[] = [];
  const byName = new Map<string, Placed<Rule>[]>();
  for (const rule of rules.filter(({ statement }) => deniesAlways(statement))) {
    const names = rule.statement.tools;
    if (names === undefined || names.some((name) => name.includes("*"))) broad.push(rule);
    else for (const name of names) byName.set(name, [...(byName.get(name) ?? []), rule]);
  }
  return ([first]) => [...broad, ...(byName.get(first?.pattern ?? "") ?? [])];
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}
