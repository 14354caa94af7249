import { digestOf } from "../json/sha256.ts";
import type { CatalogFinding } from "./catalog.ts";
import type { Requirement } from "./decision.ts";
import { SEVERITIES, type Defaults, type Limit, type Rule, type Severity, type Verb } from "./policy.ts";

/** What is decided, and all that follows from who decides it. */
export interface Ruling {
  readonly decision: Verb;
  /** the ids that decide: of rules and limits, or of defaults */
  readonly rules: readonly string[];
  readonly reason: string;
  readonly severity: Severity | undefined;
  readonly requirements: readonly Requirement[];
}

/** How strict a decision is; the greater wins. */
const STRICTNESS: Readonly<Record<Verb, number>> = { allow: 0, require_approval: 1, deny: 2 };

const SAYS: Readonly<Record<Verb, string>> = { allow: "allows it", deny: "denies it", require_approval: "requires an approval" };

/** The ruling of rules and limits that decide together. */
export function rulingOf(decision: Verb, deciding: readonly (Rule | Limit)[]): Ruling {
  const [first] = deciding;
  return {
    decision,
    rules: deciding.map(({ id }) => id),
    reason: first === undefined ? SAYS[decision] : reasonOf(first, decision),
    severity: gravestOf(deciding),
    requirements: decision === "require_approval" ? deciding.map(requirementOf) : NONE,
  };
}

/** The same for one that many decisions share, and whoever is handed one of them: nothing in it can be changed. */
export function sharedRuling(ruling: Ruling): Ruling {
  Object.freeze(ruling.rules);
  for (const requirement of ruling.requirements) {
    for (const path of requirement.editable) Object.freeze(path);
    Object.freeze(requirement.editable);
    Object.freeze(requirement);
  }
  Object.freeze(ruling.requirements);
  return Object.freeze(ruling);
}

const NONE: readonly never[] = Object.freeze([]);

function gravestOf(deciding: readonly (Rule | Limit)[]): Severity | undefined {
  let gravest: Severity | undefined;
  for (const { severity } of deciding) {
    if (severity !== undefined && (gravest === undefined || SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(gravest))) gravest = severity;
  }
  return gravest;
}

/** The strictest default of a tool's effect, of `external` where the call is, and of `credential` where the tool bears one. */
export function defaultRuling(defaults: Defaults, { facts, entry }: CatalogFinding, external: boolean): Ruling {
  const keys = [facts.effect, ...(external ? (["external"] as const) : []), ...(facts.credential ? (["credential"] as const) : [])];
  const decision = keys.map((key) => defaults[key]).reduce((a, b) => (STRICTNESS[b] > STRICTNESS[a] ? b : a));
  const rules = keys.filter((key) => defaults[key] === decision).map((key) => `default:${key}`);
  const known = entry === undefined ? `no key of the catalog matches \`${facts.name}\`` : "no rule decides";
  return sharedRuling({
    decision,
    rules,
    reason: `${known}; \`${rules[0]}\` ${SAYS[decision]}`,
    severity: undefined,
    requirements: decision === "require_approval" ? rules.map(defaultRequirement) : NONE,
  });
}

/** Why: the reason that it was given, or what it is. */
function reasonOf(statement: Rule | Limit, decision: Verb): string {
  const { id, reason, decide } = statement;
  if (reason !== undefined) return reason;
  if (decision === "allow" && decide === "require_approval") return `a workflow lifts rule \`${id}\``;
  return `${isRule(statement) ? "rule" : "limit"} \`${id}\` ${SAYS[decision]}`;
}

/** What has to be answered for a rule or limit that asks. */
function requirementOf(statement: Rule | Limit): Requirement {
  const { id, digest } = statement;
  if (!isRule(statement)) return { rule: id, digest, quorum: 1, editable: [] };
  const { by, quorum, expires, editable } = statement.approval;
  return {
    rule: id,
    digest,
    quorum,
    editable,
    ...(by === undefined ? {} : { by: by.source }),
    ...(expires === undefined ? {} : { expires }),
  };
}

function defaultRequirement(id: string): Requirement {
  return { rule: id, digest: digestOf([id, "require_approval"]), quorum: 1, editable: [] };
}

function isRule(statement: Rule | Limit): statement is Rule {
  return Object.hasOwn(statement, "on");
}
