import { Run, type Code } from "../condition/code/run.ts";
import type { Facts } from "../condition/facts.ts";
import { SallyportError } from "../error.ts";
import type { Clause } from "../policy/clause.ts";
import type { DecisionError } from "../policy/decision.ts";
import type { Rule } from "../policy/policy.ts";
import type { Program } from "../policy/program.ts";
import type { ToolProgram } from "../policy/tool-program.ts";
import type { JsonObject } from "../value.ts";
import { matchRule } from "./detection.ts";
import type { Match } from "./evaluate.ts";
import { layOutArgs, type Layout } from "./layout.ts";
import { maskArgs } from "./mask.ts";
import { lazily } from "./matching.ts";
import type { StepTaken } from "./workflow.ts";

/** What the rules on a call came to, in file order; undefined: none. */
export interface Found {
  deny: Clause[] | undefined;
  ask: Clause[] | undefined;
  /** whether one of those that ask matched; those that only failed tighten and never loosen */
  asked: boolean;
  allow: Clause[] | undefined;
  /** ids */
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
  const { facts, tool, step } = judged;
  const run = new Run(0);
  let matchInFull: MatchInFull | undefined;
  let from = 0;
  for (let at = 0; at < tool.ends.length; at++) {
    // INVARIANT: there is an end for every clause; were it missing, the rule would be looked at in full
    const end = tool.ends[at] ?? Number.POSITIVE_INFINITY;
    run.restart(tool.steps[at] ?? 0);
    const quickly = holdAll(tool.parts, from, end, facts, run);
    from = end;
    if (quickly === "no") continue;
    const clause = clauseAt(tool, at);
    const match = quickly === "yes" && clause.isPlain ? "yes" : (matchInFull ??= matchWith(program, judged, found))(clause);
    if (match !== "no") count(clause, match, step, found);
  }
  return found;
}

function clauseAt({ clauses }: ToolProgram, at: number): Clause {
  const clause = clauses[at];
  if (clause === undefined) throw new SallyportError("invalid-policy", `rule ${at} of a tool is missing`);
  return clause;
}

/** Whether the parts of a condition are all true; `unsure`: one is neither true nor false, and what that comes to depends on the others. */
function holdAll(parts: readonly Code[], from: number, end: number, facts: Facts, run: Run): "yes" | "no" | "unsure" {
  try {
    for (let at = from; at < end; at++) {
      const value = parts[at]?.(facts, run);
      // a part that is missing is neither
      if (value !== true) return value === false ? "no" : "unsure";
    }
    return "yes";
  } catch {
    return "unsure";
  }
}

/** Matches a rule in full, as `explain` does: its detectors, its whole condition, and why that fails. */
type MatchInFull = (clause: Clause) => Match | "blind";

function matchWith(program: Program, { facts, matched }: Judged, found: Found): MatchInFull {
  const subject = lazily((): Layout => layOutArgs(facts.args));
  return ({ rule }) => {
    const known = matched.get(rule);
    if (known !== undefined) return known;
    const errors: DecisionError[] = [];
    const { match, findings } = matchRule(program, rule, facts, subject, errors);
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
      found.deny = added(found.deny, clause);
      break;
    case "require_approval":
      found.ask = added(found.ask, clause);
      if (match === "yes") found.asked = true;
      break;
    case "allow":
      found.allow = added(found.allow, clause);
      break;
    case "redact":
    case undefined:
      // `redact` is for results and output: the loader lets it stand nowhere else
      break;
  }
}

// mostly there is one: a list that begins empty would make room for more
function added(list: Clause[] | undefined, clause: Clause): Clause[] {
  if (list === undefined) return [clause];
  list.push(clause);
  return list;
}

/** Whether a rule that asks counts as allow: it matches, did not only fail, and a started workflow lifts it for this step. */
export function isLifted(
  { id, decide }: { readonly id: string; readonly decide?: Rule["decide"] | undefined },
  match: Match | "blind",
  step: StepTaken | undefined,
): boolean {
  return decide === "require_approval" && match === "yes" && step !== undefined && step.lifts.has(id);
}
