import { Run } from "../condition/code/run.ts";
import type { Facts } from "../condition/facts.ts";
import type { DecisionError } from "../policy/decision.ts";
import type { Rule } from "../policy/policy.ts";
import type { Clause, Program, ToolProgram } from "../policy/program.ts";
import type { JsonObject } from "../value.ts";
import { matchRule } from "./detection.ts";
import { matches, type Match } from "./evaluate.ts";
import { layOutArgs, type Layout } from "./layout.ts";
import { maskArgs } from "./mask.ts";
import { lazily } from "./matching.ts";
import type { StepTaken } from "./workflow.ts";

/** What the rules on a call came to: ids in file order; undefined: none. */
export interface Found {
  deny: string[] | undefined;
  ask: string[] | undefined;
  /** whether one of those that ask matched; those that only failed tighten and never loosen */
  asked: boolean;
  allow: string[] | undefined;
  shadow: string[] | undefined;
  puts: string[] | undefined;
  errors: DecisionError[] | undefined;
  /** the args without the secrets in them, where a detector found some */
  masked: JsonObject | undefined;
}

/** What is asked of the rules: a call whose args and facts are settled. */
export interface Judged {
  readonly facts: Facts;
  readonly tool: ToolProgram;
  /** what became of the rules that rewrite args: they are not looked at again */
  readonly matched: ReadonlyMap<Rule, Match>;
  /** the step of a started workflow that the call is */
  readonly step: StepTaken | undefined;
}

/** Looks at every rule about a call. Most calls go around this loop alone, so it makes nothing that it does not need. */
export function judge(program: Program, judged: Judged): Found {
  const found: Found = {
    deny: undefined,
    ask: undefined,
    asked: false,
    allow: undefined,
    shadow: undefined,
    puts: undefined,
    errors: undefined,
    masked: undefined,
  };
  const { facts, tool } = judged;
  const look = tool.isPlain ? undefined : lookFor(program, judged, found);
  const run = new Run(0);
  for (const clause of tool.clauses) {
    const match = look === undefined || clause.isPlain ? holds(clause, facts, run, found) : look(clause.rule);
    if (match !== "no") count(clause, match, judged.step, found);
  }
  return found;
}

/** Whether a clause's condition holds; a failure is noted under its id. */
function holds(clause: Clause, facts: Facts, run: Run, found: Found): Match {
  run.restart(clause.steps);
  try {
    for (const part of clause.parts) {
      const value = part(facts, run);
      if (value === false) return "no";
      if (value !== true) return holdsInFull(clause, facts, found);
    }
    return "yes";
  } catch {
    // what a part that fails comes to depends on those behind it
    return holdsInFull(clause, facts, found);
  }
}

function holdsInFull({ id, when }: Clause, facts: Facts, found: Found): Match {
  const errors: DecisionError[] = [];
  const match = matches(id, when, facts, errors);
  if (errors.length > 0) (found.errors ??= []).push(...errors);
  return match;
}

/** Looks at rules that rewrite args or ask detectors. */
function lookFor(program: Program, { facts, matched }: Judged, found: Found): (rule: Rule) => Match | "blind" {
  const subject = lazily((): Layout => layOutArgs(facts.args));
  return (rule) => {
    const errors: DecisionError[] = [];
    const known = matched.get(rule);
    const { match, findings } = known === undefined ? matchRule(program, rule, facts, subject, errors) : { match: known, findings: [] };
    if (errors.length > 0) (found.errors ??= []).push(...errors);
    const secrets = findings.filter(({ detector }) => detector === "secrets");
    if (secrets.length > 0) found.masked = maskArgs(subject(), secrets);
    return match;
  };
}

function count(clause: Clause, match: "yes" | "failed" | "blind", step: StepTaken | undefined, found: Found): void {
  const { id, decide } = clause;
  if (match === "failed" && decide === "allow") return;
  if (clause.isShadow) {
    (found.shadow ??= []).push(id);
    return;
  }
  for (const label of clause.labels) if (!(found.puts ??= []).includes(label)) found.puts.push(label);
  // a detector that fails closes, whatever its rule decides; one that only labels still does
  const counted = match === "blind" && decide !== undefined ? "deny" : isLifted(clause, match, step) ? "allow" : decide;
  switch (counted) {
    case "deny":
      (found.deny ??= []).push(id);
      break;
    case "require_approval":
      (found.ask ??= []).push(id);
      if (match === "yes") found.asked = true;
      break;
    case "allow":
      (found.allow ??= []).push(id);
      break;
    case "redact":
    case undefined:
      // `redact` is for results and output: the loader lets it stand nowhere else
      break;
  }
}

/** Whether a rule that asks counts as allow: it matches, did not only fail, and a started workflow lifts it for this step. */
export function isLifted(
  { id, decide }: { readonly id: string; readonly decide?: Rule["decide"] | undefined },
  match: Match | "blind",
  step: StepTaken | undefined,
): boolean {
  return decide === "require_approval" && match === "yes" && step !== undefined && step.lifts.has(id);
}
