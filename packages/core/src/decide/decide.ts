import { parseArgs } from "../json/args.ts";
import type { Charge, Decision, DecisionError } from "../policy/decision.ts";
import type { Limit, Rule, Verb } from "../policy/policy.ts";
import type { Clause } from "../policy/clause.ts";
import type { Program } from "../policy/program.ts";
import type { ToolProgram } from "../policy/tool-program.ts";
import { rulingOf, type Ruling } from "../policy/ruling.ts";
import type { Json, JsonObject } from "../value.ts";
import type { Match } from "./evaluate.ts";
import { baseFacts, fullFacts } from "./facts.ts";
import { judge, type Found, type Judged } from "./judge.ts";
import { tollsOf, type Toll } from "./limits.ts";
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
  return isDecided(question) ? { ...question, policy: program.policy.digest } : answer(program, question, usage);
}

/** Whether a call was denied before its rules were asked. */
export function isDecided(question: Question | Decision): question is Decision {
  return Object.hasOwn(question, "decision");
}

/** Steps 1 to 3: validates, rewrites and finds the facts; a decision where the call is already denied. */
export function prepare(program: Program, request: Request): Question | Decision {
  const tool = program.lookup(request.tool, request.agent.id);
  const broken = tool.check(request.args);
  if (broken !== undefined) return denial("invalid-args", broken, request.session.labels);
  const base = baseFacts(tool, request);
  if (tool.isPlain && request.settled === undefined && request.workflow === undefined)
    return { facts: base, tool, matched: NO_MATCHES, tolls: NONE, step: undefined, policyWrote: undefined, errors: NONE };
  const errors: DecisionError[] = [];
  const { args: rewritten, policyWrote, matched } = rewrite(program, tool.sets, base, errors, request.settled);
  const { labels } = request.session;
  const puts = labelsOf(matched);
  if (rewritten === null) return denial("error:set", "args could not be rewritten", labels, { errors, puts });
  const args = refit(tool, request.args, rewritten);
  if (typeof args === "string") return denial("invalid-args", args, labels, { errors, puts });
  const facts = fullFacts(program, tool, { ...base, args, origins: request.origins?.(policyWrote) }, errors);
  if (typeof facts === "string") return denial(facts, `what \`${facts.slice(6)}\` names cannot be had`, labels, { errors, puts, args });
  const tolls = tollsOf(tool.limits, facts, errors);
  const step = stepOf(program, request, facts, errors);
  return { facts, tool, matched, tolls, step, policyWrote: policyWrote.length === 0 ? undefined : policyWrote, errors };
}

/** Step 4: every matching rule and limit counts; deny over require_approval over allow over defaults. */
export function answer(program: Program, question: Question, usage: Usage): Decision {
  const { tool, facts, tolls, step } = question;
  const found = judge(program, question);
  const over = tolls.length === 0 ? NOTHING_OVER : judgeLimits(tolls, usage);
  const ruling = combine(found, over, facts.external ? tool.defaults.outside : tool.defaults.inside);
  return {
    decision: ruling.decision,
    rules: ruling.rules,
    reason: ruling.reason,
    severity: ruling.severity,
    policy: program.policy.digest,
    args: facts.args,
    labels: facts.session.labels,
    shadow: joined(found.shadow, over.shadow),
    errors: joined(question.errors, found.errors),
    puts: found.puts ?? NONE,
    requirements: ruling.requirements,
    charges: tolls.length === 0 ? NONE : chargesOf(tolls),
    step: step && { workflow: step.workflow, index: step.index },
    masked: ruling.decision === "deny" ? found.masked : undefined,
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

/** The limits that a call would break. */
interface Over {
  readonly deny: readonly Limit[];
  readonly ask: readonly Limit[];
  /** ids */
  readonly shadow: readonly string[];
}

const NOTHING_OVER: Over = { deny: NONE, ask: NONE, shadow: NONE };

function judgeLimits(tolls: readonly Toll[], usage: Usage): Over {
  const over = tolls.filter(({ charge, limit }) => charge === "failed" || usage(charge.limit, charge.key) + charge.amount > limit.max);
  const enforced = over.filter(({ limit }) => limit.mode === "enforce");
  const denies = ({ charge, limit }: Toll): boolean => charge === "failed" || limit.decide === "deny";
  return {
    deny: enforced.filter(denies).map(({ limit }) => limit),
    ask: enforced.filter((toll) => !denies(toll)).map(({ limit }) => limit),
    shadow: over.filter(({ limit }) => limit.mode === "shadow").map(({ limit }) => limit.id),
  };
}

/** The lattice: deny beats require_approval beats allow beats the defaults. */
function combine({ deny, ask, asked, allow }: Found, over: Over, defaults: Ruling): Ruling {
  if (deny !== undefined || over.deny.length > 0) return together("deny", deny, over.deny);
  const allowing = asked ? undefined : allow;
  // INVARIANT: what only tightens never turns a deny of the rest into a question
  const tightens = (ask !== undefined || over.ask.length > 0) && (allowing !== undefined || defaults.decision !== "deny");
  if (asked || tightens) return together("require_approval", ask, over.ask);
  return allowing === undefined ? defaults : together("allow", allowing);
}

function together(decision: Verb, clauses: readonly Clause[] = NONE, limits: readonly Limit[] = NONE): Ruling {
  const [first] = clauses;
  // mostly one rule decides, as it says itself
  if (clauses.length === 1 && limits.length === 0 && first?.alone?.decision === decision) return first.alone;
  const deciding: (Rule | Limit)[] = [];
  for (const { rule } of clauses) deciding.push(rule);
  deciding.push(...limits);
  return rulingOf(decision, deciding);
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
