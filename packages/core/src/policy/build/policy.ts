import type { Shared } from "../../condition/term/share.ts";
import type { Vocabulary } from "../../condition/vocabulary.ts";
import { sha256Hex } from "../../json/sha256.ts";
import { argsOfTools, indexTools } from "../check/calls.ts";
import type { FindTools } from "../check/calls.ts";
import { checkIds } from "../check/ids.ts";
import { checkHidden, checkMatchable } from "../check/reach.ts";
import type { Placed } from "../check/reach.ts";
import { checkTies } from "../check/ties.ts";
import { checkLifts, checkSteps } from "../check/workflows.ts";
import { checkWrites } from "../check/writes.ts";
import { parseBoundaryEntry } from "../boundary.ts";
import { checkShape } from "../format/conformity.ts";
import { policyFormat } from "../format/policy-format.ts";
import { verbs } from "../format/rule-format.ts";
import type { CatalogEntry, Defaults, Limit, Policy, Rule, Selector, Verb } from "../policy.ts";
import type { Report } from "../text/problems.ts";
import { choiceOf, entriesOf, itemsOf, plain, textOf, textsOf, valueOf } from "../text/written.ts";
import type { Written, WrittenMap } from "../text/written.ts";
import { buildCatalog } from "./catalog.ts";
import { buildDetectors } from "./detector.ts";
import type { Detectors } from "./detector.ts";
import { buildLimit } from "./limit.ts";
import { buildRule } from "./rule.ts";
import type { CallScope } from "./statement.ts";
import { buildVocabulary } from "./vocabulary.ts";
import { buildWorkflow } from "./workflow.ts";

/** Builds a policy and reports everything that is wrong with it; what it yields is worth something only where nothing was reported. */
export function buildPolicy(root: Written, text: string, file: string | undefined, report: Report): Policy {
  checkShape(root, policyFormat, "the policy", report);
  checkBoundary(valueOf(valueOf(root, "boundary"), "internal"), report);
  checkTies(entriesOf(valueOf(root, "tools")), report);
  const vocabulary = buildVocabulary(root);
  const catalog = buildCatalog(valueOf(root, "tools"), vocabulary, report);
  const detectors = buildDetectors(valueOf(root, "detectors"), report);
  const { rules, limits, workflows } = buildStatements(root, { catalog, vocabulary, detectors }, report);
  return {
    name: textOf(valueOf(root, "name")) ?? "",
    file,
    digest: sha256Hex(text),
    internal: textsOf(valueOf(valueOf(root, "boundary"), "internal")) ?? [],
    tools: catalog ?? [],
    defaults: buildDefaults(valueOf(root, "defaults")),
    rules,
    limits,
    workflows,
    detectors: detectors.custom,
    source: plain(root),
  };
}

function checkBoundary(internal: Written | undefined, report: Report): void {
  for (const item of itemsOf(internal)) {
    const entry = textOf(item) ?? "";
    const parsed = parseBoundaryEntry(entry);
    // what is no text, or an empty one, was reported as such
    if (parsed.kind === "invalid" && entry.trim() !== "") report(item.at, `the entry \`${entry}\` of \`internal\` ${parsed.says}`);
  }
}

function buildDefaults(written: Written | undefined): Defaults {
  const stated = (key: keyof Defaults, otherwise: Verb): Verb => choiceOf(valueOf(written, key), verbs) ?? otherwise;
  return {
    read: stated("read", "allow"),
    write: stated("write", "deny"),
    side_effect: stated("side_effect", "deny"),
    unclassified: stated("unclassified", "deny"),
    external: stated("external", "deny"),
    credential: stated("credential", "deny"),
  };
}

/** What the statements of a policy refer to. */
interface Named {
  /** undefined: something in it is wrong */
  readonly catalog: readonly CatalogEntry[] | undefined;
  readonly vocabulary: Vocabulary;
  readonly detectors: Detectors;
}

function buildStatements(
  root: Written,
  { catalog, vocabulary, detectors }: Named,
  report: Report,
): Pick<Policy, "rules" | "limits" | "workflows"> {
  const [rulesWritten, limitsWritten] = [mapsOf(valueOf(root, "rules")), mapsOf(valueOf(root, "limits"))];
  const workflowsWritten = mapsOf(valueOf(root, "workflows"));
  checkIds([...rulesWritten, ...limitsWritten, ...workflowsWritten], report);
  const findTools = indexTools(catalog ?? []);
  const shared: Shared = { codes: new Map(), places: new Map() };
  const scopeOf = (selector: Selector): CallScope => ({
    vocabulary,
    shared,
    ...(selector.tools === undefined || catalog === undefined ? {} : argsOfTools(findTools(selector))),
  });
  const rules = rulesWritten.flatMap((written) => placed(buildRule(written, detectors, scopeOf, report), written));
  const limits = limitsWritten.flatMap((written) => placed(buildLimit(written, scopeOf, report), written));
  const built = rules.map(({ statement }) => statement);
  const workflows = workflowsWritten.flatMap((written) => buildWorkflow(written, built, scopeOf, report) ?? []);
  checkLifts(workflowsWritten, rulesWritten, limitsWritten, report);
  // what a broken catalog says of the tools says nothing about the rules
  if (catalog !== undefined) checkStatements(rules, limits, findTools, report);
  if (catalog !== undefined) for (const written of workflowsWritten) checkSteps(written, findTools, report);
  return { rules: built, limits: limits.map(({ statement }) => statement), workflows };
}

function checkStatements(rules: readonly Placed<Rule>[], limits: readonly Placed<Limit>[], findTools: FindTools, report: Report): void {
  for (const rule of rules) checkMatchable(rule, "rule", findTools(rule.statement), report);
  for (const limit of limits) checkMatchable(limit, "limit", findTools(limit.statement), report);
  checkHidden(rules, findTools, report);
  checkWrites(rules, findTools, report);
}

function mapsOf(list: Written | undefined): readonly WrittenMap[] {
  return itemsOf(list).filter((item) => item.kind === "map");
}

function placed<T extends Rule | Limit>(statement: T | undefined, written: WrittenMap): readonly Placed<T>[] {
  return statement === undefined ? [] : [{ statement, written }];
}
