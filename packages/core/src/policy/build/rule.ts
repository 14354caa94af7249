import type { Scope } from "../../condition/expression.ts";
import { pathProblem, writableType } from "../../condition/term/member.ts";
import { DYN } from "../../condition/type.ts";
import { places, ruleFormat, ruleVerbs } from "../format/rule-format.ts";
import type { ApprovalTerms, Assignment, Place, Rule } from "../policy.ts";
import type { Report } from "../text/problems.ts";
import { choiceOf, entriesOf, entryOf, itemsOf, numberOf, textOf, textsOf, titleOf, valueOf } from "../text/written.ts";
import type { Written, WrittenMap } from "../text/written.ts";
import { buildCondition } from "./condition.ts";
import { checkDetect } from "./detector.ts";
import type { Detectors } from "./detector.ts";
import { parseDuration } from "./duration.ts";
import { overlaps, parseArgsPath, parsePath } from "./path.ts";
import { checkParts } from "./rule-parts.ts";
import { buildStatement } from "./statement.ts";
import type { CallScope, Statement } from "./statement.ts";
import { checkTools } from "./vocabulary.ts";
import { conforms, watch } from "./watch.ts";

/** Builds one rule and reports what is wrong with it by itself; undefined where something is. */
export function buildRule(
  written: WrittenMap,
  detectors: Detectors,
  scopeOf: (statement: Statement) => CallScope,
  report: Report,
): Rule | undefined {
  const watched = watch(report);
  const statement = buildStatement(written);
  const scope = scopeOf(statement);
  checkTools(valueOf(written, "tools"), scope.vocabulary, watched.report);
  checkDetect(valueOf(written, "detect"), detectors, watched.report);
  const on = placeOf(written);
  // where a rule stands decides what its parts mean: without it nothing more can be said
  if (on === undefined) return undefined;
  const title = titleOf(written, "rule");
  checkParts(written, on, title, watched.report);
  const rule = { ...statement, on, ...buildParts(written, on, title, scope, watched.report) };
  return watched.isClean() && conforms(written, ruleFormat) ? rule : undefined;
}

function placeOf(written: WrittenMap): Place | undefined {
  const on = valueOf(written, "on");
  return on === undefined ? "call" : choiceOf(on, places);
}

function buildParts(
  written: WrittenMap,
  on: Place,
  title: string,
  outer: CallScope,
  report: Report,
): Pick<Rule, "when" | "decide" | "detect" | "approval" | "set" | "keep" | "labels"> {
  const decide = choiceOf(valueOf(written, "decide"), ruleVerbs);
  const scope: CallScope = decide === "allow" || decide === "require_approval" ? { ...outer, origins: "tightening" } : outer;
  const detects = entryOf(written, "detect") === undefined ? {} : { detects: true as const };
  const when = buildCondition(valueOf(written, "when"), { use: useOf(written, on), ...detects, ...scope }, `\`when\` of ${title}`, report);
  checkKeep(valueOf(written, "keep"), report);
  return {
    when,
    decide,
    detect: textsOf(valueOf(written, "detect")),
    approval: buildApproval(valueOf(written, "approval"), title, scope, report),
    set: buildAssignments(valueOf(written, "set"), title, scope, report),
    keep: textsOf(valueOf(written, "keep"))?.flatMap((path) => listed(parsePath(path))),
    labels: textsOf(valueOf(written, "labels")) ?? [],
  };
}

/** What the rule's `when` may read. */
function useOf(written: WrittenMap, on: Place): Scope["use"] {
  if (on !== "call") return `when-${on}`;
  return entryOf(written, "set") === undefined ? "when" : "when-set";
}

function buildApproval(written: Written | undefined, title: string, scope: CallScope, report: Report): ApprovalTerms {
  const by = buildCondition(valueOf(written, "by"), { use: "by", ...scope }, `\`by\` of ${title}`, report);
  const expires = parseDuration(textOf(valueOf(written, "expires")) ?? "");
  checkEditable(valueOf(written, "editable"), title, scope, report);
  return {
    by,
    quorum: numberOf(valueOf(written, "quorum")) ?? 1,
    expires,
    editable: (textsOf(valueOf(written, "editable")) ?? []).flatMap((path) => listed(parseArgsPath(path))),
  };
}

/** Conditions see a result as `result`; paths start inside it. */
function checkKeep(keep: Written | undefined, report: Report): void {
  for (const item of itemsOf(keep)) {
    const [root, ...keys] = parsePath(textOf(item) ?? "") ?? [];
    if (root === "result" && keys.length > 0) report(item.at, `paths start inside the result: \`${keys.join(".")}\``);
  }
}

/** What may be edited must be there, where the tools' `input` says what is. */
function checkEditable(editable: Written | undefined, title: string, { args }: CallScope, report: Report): void {
  for (const item of itemsOf(editable)) {
    const problem = pathProblem(args ?? DYN, "args", parseArgsPath(textOf(item) ?? "") ?? []);
    if (problem !== undefined) report(item.at, `\`editable\` of ${title}: ${problem}`);
  }
}

/** The paths of one rule are written at once, so no two of them may overlap. */
function buildAssignments(written: Written | undefined, title: string, scope: CallScope, report: Report): readonly Assignment[] {
  const assignments: Assignment[] = [];
  for (const { key, at, value: source } of entriesOf(written)) {
    const value = buildCondition(source, { use: "set", ...scope }, `\`${key}\` in \`set\` of ${title}`, report);
    const path = parseArgsPath(key);
    if (path === undefined || value === undefined) continue;
    const slip = pathProblem(scope.args ?? DYN, "args", path, writableType);
    if (slip !== undefined) report(at, `\`set\` of ${title}: ${slip}`);
    const other = assignments.find((assignment) => overlaps(assignment.path, path));
    if (other !== undefined)
      report(at, `${title} sets \`${key}\` and \`args.${other.path.join(".")}\` at once; one holds the other, so set only one`);
    assignments.push({ path, value });
  }
  return assignments;
}

function listed<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}
