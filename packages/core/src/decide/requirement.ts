import { digestOf } from "../json/sha256.ts";
import { SEVERITIES, type Limit, type Rule, type Severity, type Verb } from "../policy/policy.ts";
import { SAYS } from "../policy/defaults.ts";
import type { Program } from "../policy/program.ts";
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

/** Why: the reason of the first rule or limit that decides, or what it is. */
export function reasonOf(program: Program, id: string, decision: Verb): string {
  const reasons = program.reasons[decision];
  const known = reasons.get(id);
  if (known !== undefined) return known;
  const reason = statementReason(program.statements.get(id), id, decision);
  reasons.set(id, reason);
  return reason;
}

function statementReason(statement: Rule | Limit | undefined, id: string, decision: Verb): string {
  if (statement?.reason !== undefined) return statement.reason;
  if (decision === "allow" && statement?.decide === "require_approval") return `a workflow lifts rule \`${id}\``;
  return `${statement !== undefined && isRule(statement) ? "rule" : "limit"} \`${id}\` ${SAYS[decision]}`;
}

/** The gravest severity of some rules and limits; undefined where none has one. */
export function severityOf(program: Program, ids: readonly string[]): Severity | undefined {
  if (!program.isGraded) return undefined;
  const found = ids.map((id) => program.statements.get(id)?.severity);
  return SEVERITIES.findLast((level) => found.includes(level));
}

function isRule(statement: Rule | Limit): statement is Rule {
  return "on" in statement;
}
