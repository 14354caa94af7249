import { digestOf } from "../json/sha256.ts";
import type { Limit, Rule, Verb } from "../policy/policy.ts";
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

/** Why: the reason of the first rule that decides, or what it is. */
export function reasonOf(program: Program, id: string | undefined, decision: Verb): string {
  const statement = id === undefined ? undefined : program.statements.get(id);
  if (statement?.reason !== undefined) return statement.reason;
  const says = { allow: "allows it", deny: "denies it", require_approval: "requires an approval" }[decision];
  if (statement === undefined) return `no rule decides; \`${id}\` ${says}`;
  return `${isRule(statement) ? "rule" : "limit"} \`${id}\` ${says}`;
}

function isRule(statement: Rule | Limit): statement is Rule {
  return "on" in statement;
}
