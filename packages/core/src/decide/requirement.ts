import { digestOf } from "../json/sha256.ts";
import { SEVERITIES, type Limit, type Rule, type Severity, type Verb } from "../policy/policy.ts";
import type { Program, ToolProgram } from "../policy/program.ts";
import type { Requirement } from "../policy/decision.ts";

/** What has to be answered for a rule, limit or default that asks. */
export function requirementOf(program: Program, id: string): Requirement {
  const statement = program.statements.get(id);
  if (statement === undefined) return { rule: id, digest: digestOf([id, "require_approval"]), quorum: 1, editable: [] };
  if (!isRule(statement)) return { rule: id, digest: statement.digest, quorum: 1, editable: [] };
  const { by, quorum, expires, editable } = statement.approval;
  return {
    rule: id,
    digest: statement.digest,
    quorum,
    editable,
    ...(by === undefined ? {} : { by: by.source }),
    ...(expires === undefined ? {} : { expires }),
  };
}

/** Why: the reason of the first rule that decides, or what it is. */
export function reasonOf(program: Program, tool: ToolProgram, id: string | undefined, decision: Verb): string {
  const statement = id === undefined ? undefined : program.statements.get(id);
  if (statement?.reason !== undefined) return statement.reason;
  if (statement !== undefined && decision === "allow" && statement.decide === "require_approval") return `a workflow lifts rule \`${id}\``;
  const says = { allow: "allows it", deny: "denies it", require_approval: "requires an approval" }[decision];
  if (statement !== undefined) return `${isRule(statement) ? "rule" : "limit"} \`${id}\` ${says}`;
  const known = tool.entry === undefined ? `no key of the catalog matches \`${tool.facts.name}\`` : "no rule decides";
  return `${known}; \`${id}\` ${says}`;
}

/** The gravest severity of some rules and limits, where any has one. */
export function severityOf(program: Program, ids: readonly string[]): { readonly severity?: Severity } {
  const found = ids.map((id) => program.statements.get(id)?.severity);
  const severity = SEVERITIES.findLast((level) => found.includes(level));
  return severity === undefined ? {} : { severity };
}

function isRule(statement: Rule | Limit): statement is Rule {
  return "on" in statement;
}
