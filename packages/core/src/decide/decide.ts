import type { Facts } from "../condition/facts.ts";
import { parseArgs } from "../json/args.ts";
import type { Charge, Decision, DecisionError } from "../policy/decision.ts";
import type { Default } from "../policy/defaults.ts";
import type { Rule, Verb } from "../policy/policy.ts";
import type { Program, ToolProgram } from "../policy/program.ts";
import type { Json, JsonObject } from "../value.ts";
import type { Match } from "./evaluate.ts";
import { baseFacts, fullFacts } from "./facts.ts";
import { judge, type Found, type Judged } from "./judge.ts";
import { tollsOf, type Toll } from "./limits.ts";
import { reasonOf, requirementOf, severityOf } from "./requirement.ts";
import type { Request, Usage } from "./request.ts";
import { rewrite } from "./rewrite.ts";
import { stepOf } from "./workflow.ts";

/** A call whose args and facts are settled: what is left to know is what its limits have used. */
export interface Question extends Judged {
  readonly tolls: readonly Toll[];
  /** leaves of the args that the policy wrote itself; undefined: none */
  readonly policyWrote: readonly Json[] | undefined;
  readonly errors: readonly DecisionError[];
}

/** The one empty list: a decision has many, and is handed out. */
const NONE: readonly never[] = Object.freeze([]);
const NO_MATCHES: ReadonlyMap<Rule, Match> = new Map();

/** Decides one call: pure and synchronous. */
export function decide(program: Program, request: Request, usage: Usage): Decision {
  const question = prepare(program, request);
  return "decision" in question ? { ...question, policy: program.policy.digest } : answer(program, question, usage);
}

/** Steps 1 to 3: validates, rewrites and finds the facts; a decision where the call is already denied. */
export function prepare(program: Program, request: Request): Question | Decision {
  const tool = program.lookup(request.tool, request.agent.id);
  const broken = tool.check(request.args);
  if (broken !== undefined) return denial("invalid-args", broken, request.session.labels);
  const base = baseFacts(tool, request);
  // most calls: no rule writes args, and the catalog says where every call goes
  if (tool.sets.length === 0 && request.settled === undefined && tool.target !== undefined)
    return questionOf(program, tool, request, base, undefined, NO_MATCHES, NONE);
  const errors: DecisionError[] = [];
  const { args: rewritten, policyWrote, matched } = rewrite(program, tool.sets, base, errors, request.settled);
  const { labels } = request.session;
  const puts = labelsOf(matched);
  if (rewritten === null) return denial("error:set", "args could not be rewritten", labels, { errors, puts });
  const args = refit(tool, request.args, rewritten);
  if (typeof args === "string") return denial("invalid-args", args, labels, { errors, puts });
  const facts = fullFacts(program, tool, { ...base, args, origins: request.origins?.(policyWrote) }, errors);
  if (typeof facts === "string") return denial(facts, `what \`${facts.slice(6)}\` names cannot be had`, labels, { errors, puts, args });
  return questionOf(program, tool, request, facts, policyWrote.length === 0 ? undefined : policyWrote, matched, errors);
}

function questionOf(
  program: Program,
  tool: ToolProgram,
  request: Request,
  facts: Facts,
  policyWrote: readonly Json[] | undefined,
  matched: ReadonlyMap<Rule, Match>,
  before: readonly DecisionError[],
): Question {
  // most calls: no limit is about them, and their session follows no workflow
  if (tool.limits.length === 0 && request.workflow === undefined)
    return { facts, tool, matched, tolls: NONE, step: undefined, policyWrote, errors: before };
  const errors = [...before];
  const tolls = tollsOf(tool.limits, facts, errors);
  return { facts, tool, matched, tolls, step: stepOf(program, request, facts, errors), policyWrote, errors };
}

/** Step 4: every matching rule and limit counts; deny over require_approval over allow over defaults. */
export function answer(program: Program, question: Question, usage: Usage): Decision {
  const { tool, facts, tolls, step } = question;
  const found = judge(program, question);
  const over = tolls.length === 0 ? NOTHING_OVER : judgeLimits(tolls, usage);
  const { decision, rules, reason } = combine(program, found, over, facts.external ? tool.defaults.outside : tool.defaults.inside);
  return {
    decision,
    rules,
    reason,
    severity: severityOf(program, rules),
    policy: program.policy.digest,
    args: facts.args,
    labels: facts.session.labels,
    shadow: joined(found.shadow, over.shadow),
    errors: joined(question.errors, found.errors),
    puts: found.puts ?? NONE,
    requirements: decision === "require_approval" ? rules.map((id) => requirementOf(program, id)) : NONE,
    charges: tolls.length === 0 ? NONE : chargesOf(tolls),
    step: step && { workflow: step.workflow, index: step.index },
    masked: decision === "deny" ? found.masked : undefined,
    policyWrote: question.policyWrote,
    target: tool.target ?? { destinations: facts.destinations, external: facts.external, resource: facts.resource },
  };
}

function joined<T>(first: readonly T[] = NONE, second: readonly T[] = NONE): readonly T[] {
  if (second.length === 0) return first;
  return first.length === 0 ? second : [...first, ...second];
}

function chargesOf(tolls: readonly Toll[]): readonly Charge[] {
  return tolls.flatMap(({ charge }) => (charge === "failed" ? [] : [charge]));
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

interface Over {
  readonly deny: readonly string[];
  readonly ask: readonly string[];
  readonly shadow: readonly string[];
}

const NOTHING_OVER: Over = { deny: NONE, ask: NONE, shadow: NONE };

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
function combine(program: Program, { deny, ask, asked, allow }: Found, over: Over, defaults: Default): Default {
  const denying = joined(deny, over.deny);
  if (denying.length > 0) return ruling(program, "deny", denying);
  const allowing = asked ? undefined : allow;
  const asking = joined(ask, over.ask);
  // INVARIANT: what only tightens never turns a deny of the rest into a question
  const asks = asked || (asking.length > 0 && (allowing !== undefined || defaults.decision !== "deny"));
  if (asks) return ruling(program, "require_approval", asking);
  return allowing === undefined ? defaults : ruling(program, "allow", allowing);
}

function ruling(program: Program, decision: Verb, rules: readonly string[]): Default {
  return { decision, rules, reason: reasonOf(program, rules[0] ?? "", decision) };
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
