import type { Vocabulary } from "../../condition/vocabulary.ts";
import { sha256Hex } from "../../json/sha256.ts";
import { argsOfTools, indexTools } from "../check/calls.ts";
import type { FindTools } from "../check/calls.ts";
import { checkIds } from "../check/ids.ts";
import { checkHidden, checkMatchable } from "../check/reach.ts";
import type { Placed } from "../check/reach.ts";
import { checkTies } from "../check/ties.ts";
import { checkWrites } from "../check/writes.ts";
import { parseBoundaryEntry } from "../boundary.ts";
import { checkShape } from "../format/conformity.ts";
import { policyFormat } from "../format/policy-format.ts";
import { verbs } from "../format/rule-format.ts";
import type { CatalogEntry, Defaults, Limit, Policy, Rule, Verb } from "../policy.ts";
import type { Report } from "../text/problems.ts";
import { choiceOf, entriesOf, itemsOf, plain, textOf, textsOf, valueOf } from "../text/written.ts";
import type { Written, WrittenMap } from "../text/written.ts";
import { buildCatalog } from "./catalog.ts";
import { buildLimit } from "./limit.ts";
import { buildRule } from "./rule.ts";
import type { CallScope, Statement } from "./statement.ts";
import { buildVocabulary } from "./vocabulary.ts";

/** Builds a policy and reports everything that is wrong with it; what it yields is worth something only where nothing was reported. */
export function buildPolicy(root: Written, text: string, file: string | undefined, report: Report): Policy {
  checkShape(root, policyFormat, "the policy", report);
  checkBoundary(valueOf(valueOf(root, "boundary"), "internal"), report);
  checkTies(entriesOf(valueOf(root, "tools")), report);
  const vocabulary = buildVocabulary(root);
  const catalog = buildCatalog(valueOf(root, "tools"), vocabulary, report);
  const { rules, limits } = buildStatements(root, catalog, vocabulary, report);
  return {
    name: textOf(valueOf(root, "name")) ?? "",
    ...(file === undefined ? {} : { file }),
    digest: sha256Hex(text),
    internal: textsOf(valueOf(valueOf(root, "boundary"), "internal")) ?? [],
    tools: catalog ?? [],
    defaults: buildDefaults(valueOf(root, "defaults")),
    rules,
    limits,
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

function buildStatements(
  root: Written,
  catalog: readonly CatalogEntry[] | undefined,
  vocabulary: Vocabulary,
  report: Report,
): Pick<Policy, "rules" | "limits"> {
  const [rulesWritten, limitsWritten] = [mapsOf(valueOf(root, "rules")), mapsOf(valueOf(root, "limits"))];
  checkIds([...rulesWritten, ...limitsWritten], report);
  const findTools = indexTools(catalog ?? []);
  const scopeOf = (statement: Statement): CallScope => ({
    vocabulary,
    ...(statement.tools === undefined || catalog === undefined ? {} : argsOfTools(findTools(statement))),
  });
  const rules = rulesWritten.flatMap((written) => placed(buildRule(written, scopeOf, report), written));
  const limits = limitsWritten.flatMap((written) => placed(buildLimit(written, scopeOf, report), written));
  // what a broken catalog says of the tools says nothing about the rules
  if (catalog !== undefined) checkStatements(rules, limits, findTools, report);
  return { rules: rules.map(({ statement }) => statement), limits: limits.map(({ statement }) => statement) };
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
