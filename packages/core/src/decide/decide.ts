import type { Facts } from "../condition/facts.ts";
import { parseArgs } from "../json/args.ts";
import type { Rule } from "../policy/policy.ts";
import type { Program, ToolProgram } from "../policy/program.ts";
import type { Json, JsonObject } from "../value.ts";
import type { Charge, Decision, DecisionError } from "../policy/decision.ts";
import { defaultsOf, type Default } from "./defaults.ts";
import { matchRule } from "./detection.ts";
import { maskArgs } from "./mask.ts";
import type { Match } from "./evaluate.ts";
import { baseFacts, fullFacts, originsOf } from "./facts.ts";
import { layOutArgs } from "./layout.ts";
import { tollsOf, type Toll } from "./limits.ts";
import { lazily } from "./matching.ts";
import { reasonOf, requirementOf, severityOf } from "./requirement.ts";
import type { Request, Usage } from "./request.ts";
import { rewrite } from "./rewrite.ts";
import { stepOf, type StepTaken } from "./workflow.ts";

/** A call whose args and facts are settled: what is left to know is what its limits have used. */
export interface Question {
  readonly facts: Facts;
  readonly tool: ToolProgram;
  readonly matched: ReadonlyMap<Rule, Match>;
  readonly tolls: readonly Toll[];
  /** leaves of the args that the policy wrote itself */
  readonly policyWrote: readonly Json[];
  /** the step of a started workflow that the call is */
  readonly step: StepTaken | undefined;
  readonly errors: readonly DecisionError[];
}

/** Decides one call: pure and synchronous. */
export function decide(program: Program, request: Request, usage: Usage): Decision {
  const question = prepare(program, request);
  return "decision" in question ? { ...question, policy: program.policy.digest } : answer(program, question, usage);
}

/** Steps 1 to 3: validates, rewrites and finds the facts; a decision where the call is already denied. */
export function prepare(program: Program, request: Request): Question | Decision {
  const tool = program.lookup(request.tool, request.agent.id);
  const errors: DecisionError[] = [];
  const labels = request.session.labels;
  const broken = tool.check(request.args);
  if (broken !== undefined) return denial("invalid-args", broken, labels);
  const base = baseFacts(tool, request);
  const { args: rewritten, policyWrote, matched } = rewrite(program, tool.sets, base, errors, request.settled);
  const puts = labelsOf(matched);
  if (rewritten === null) return denial("error:set", "args could not be rewritten", labels, { errors, puts });
  const args = refit(tool, request.args, rewritten);
  if (typeof args === "string") return denial("invalid-args", args, labels, { errors, puts });
  const facts = fullFacts(program, tool, { ...base, args, ...originsOf(request, policyWrote) }, errors);
  if (typeof facts === "string") return denial(facts, `what \`${facts.slice(6)}\` names cannot be had`, labels, { errors, puts, args });
  return {
    facts,
    tool,
    matched,
    tolls: tollsOf(tool.limits, facts, errors),
    step: stepOf(program, request, facts, errors),
    policyWrote,
    errors,
  };
}

/** Step 4: every matching rule and limit counts; deny over require_approval over allow over defaults. */
export function answer(program: Program, question: Question, usage: Usage): Decision {
  const { tool, facts } = question;
  const errors = [...question.errors];
  const found = judge(program, question, errors);
  const over = judgeLimits(question.tolls, usage);
  const { decision, rules } = combine(found, over, defaultsOf(program.policy.defaults, facts, tool));
  return {
    decision,
    rules,
    reason: reasonOf(program, tool, rules[0], decision),
    ...severityOf(program, rules),
    policy: program.policy.digest,
    args: facts.args,
    labels: facts.session.labels,
    shadow: [...found.shadow, ...over.shadow],
    errors,
    puts: found.puts,
    requirements: decision === "require_approval" ? rules.map((id) => requirementOf(program, id)) : [],
    charges: question.tolls.flatMap((toll): readonly Charge[] => (toll.charge === "failed" ? [] : [toll.charge])),
    ...(question.step === undefined ? {} : { step: { workflow: question.step.workflow, index: question.step.index } }),
    ...(decision === "deny" && found.masked !== undefined ? { masked: found.masked } : {}),
    ...(question.policyWrote.length === 0 ? {} : { policyWrote: question.policyWrote }),
    target: { destinations: facts.destinations, external: facts.external, resource: facts.resource },
  };
}

/** A denial that no rule reached: the call itself, its session or the engine is at fault. */
export function denial(
  rule: string,
  reason: string,
  labels: readonly string[],
  more: { readonly errors?: readonly DecisionError[]; readonly puts?: readonly string[]; readonly args?: JsonObject } = {},
): Decision {
  const { errors = [], puts = [], args = null } = more;
  return { decision: "deny", rules: [rule], reason, args, labels, shadow: [], errors, puts, requirements: [], charges: [] };
}

interface Found {
  readonly deny: string[];
  /** in file order; those that only failed tighten and never loosen */
  readonly ask: { readonly id: string; readonly failed: boolean }[];
  readonly allow: string[];
  readonly shadow: string[];
  readonly puts: string[];
  /** the args, if it was denied, without the secrets in them */
  masked?: JsonObject;
}

function judge(program: Program, { tool, facts, matched, step }: Question, errors: DecisionError[]): Found {
  const found: Found = { deny: [], ask: [], allow: [], shadow: [], puts: [] };
  const subject = lazily(() => layOutArgs(facts.args));
  for (const rule of tool.rules) {
    const before = matched.get(rule);
    const { match, findings } = before === undefined ? matchRule(program, rule, facts, subject, errors) : { match: before, findings: [] };
    const secrets = findings.filter(({ detector }) => detector === "secrets");
    if (secrets.length > 0) found.masked = maskArgs(subject(), secrets);
    if (match === "no" || (match === "failed" && rule.decide === "allow")) continue;
    if (rule.mode === "shadow") found.shadow.push(rule.id);
    // a detector that fails closes, whatever its rule decides; one that only labels still does
    else if (match === "blind") sort(rule, "failed", rule.decide === undefined ? undefined : "deny", found);
    else sort(rule, match, isLifted(rule, match, step) ? "allow" : rule.decide, found);
  }
  return found;
}

/** Whether a rule that asks counts as allow: it matches, did not only fail, and a started workflow lifts it for this step. */
export function isLifted({ id, decide }: Rule, match: Match, step: StepTaken | undefined): boolean {
  return decide === "require_approval" && match === "yes" && step !== undefined && step.lifts.has(id);
}

function sort(rule: Rule, match: "yes" | "failed", decide: Rule["decide"], found: Found): void {
  for (const label of rule.labels) if (!found.puts.includes(label)) found.puts.push(label);
  switch (decide) {
    case "deny":
      found.deny.push(rule.id);
      break;
    case "require_approval":
      found.ask.push({ id: rule.id, failed: match === "failed" });
      break;
    case "allow":
      found.allow.push(rule.id);
      break;
    case "redact":
    case undefined:
      // `redact` is for results and output: the loader lets it stand nowhere else
      break;
  }
}

interface Over {
  readonly deny: readonly string[];
  readonly ask: readonly string[];
  readonly shadow: readonly string[];
}

function judgeLimits(tolls: readonly Toll[], usage: Usage): Over {
  const over = tolls.filter(({ charge, limit }) => charge === "failed" || usage(charge.limit, charge.key) + charge.amount > limit.max);
  const enforced = over.filter(({ limit }) => limit.mode === "enforce");
  const denies = ({ charge, limit }: Toll): boolean => charge === "failed" || limit.decide === "deny";
  return {
    deny: enforced.filter(denies).map(({ limit }) => limit.id),
    ask: enforced.filter((toll) => !denies(toll)).map(({ limit }) => limit.id),
    shadow: over.filter(({ limit }) => limit.mode === "shadow").map(({ limit }) => limit.id),
  };
}

/** The lattice: deny beats require_approval beats allow beats the defaults. */
function combine(found: Found, over: Over, defaults: Default): Default {
  const deny = [...found.deny, ...over.deny];
  if (deny.length > 0) return { decision: "deny", rules: deny };
  const asked = found.ask.some(({ failed }) => !failed);
  const rest: Default = asked || found.allow.length === 0 ? defaults : { decision: "allow", rules: found.allow };
  const asking = [...found.ask.map(({ id }) => id), ...over.ask];
  // INVARIANT: what only tightens never turns a deny of the rest into a question
  const asks = asked || (asking.length > 0 && rest.decision !== "deny");
  return asks ? { decision: "require_approval", rules: asking } : rest;
}

/** Args that a rule wrote (or that were settled) are validated again; the message where they do not fit. */
function refit(tool: ToolProgram, proposed: JsonObject, args: JsonObject): JsonObject | string {
  if (args === proposed) return args;
  const parsed = parseArgs(args);
  return parsed.ok ? (tool.check(parsed.args) ?? parsed.args) : parsed.reason;
}

/** The labels of rules that matched before the facts were known. */
function labelsOf(matched: ReadonlyMap<Rule, Match>): readonly string[] {
  const put = [...matched].filter(([rule, match]) => match === "yes" || (match === "failed" && rule.decide !== "allow"));
  return [...new Set(put.flatMap(([rule]) => rule.labels))];
}
