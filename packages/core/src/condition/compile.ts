import type { Json } from "../value.ts";
import { MAX_STEPS, Run } from "./code/run.ts";
import type { ConditionProblem, Expression, Scope } from "./expression.ts";
import type { Facts } from "./facts.ts";
import { NAMES, type Names, namesIn } from "./names.ts";
import { nearest } from "./nearest.ts";
import { parse } from "./syntax/parse.ts";
import type { Context } from "./term/context.ts";
import { compileShared } from "./term/node.ts";
import { fixedValue, type Term } from "./term/term.ts";
import { accept, typeProblem, type Yield, yieldOf } from "./term/yield.ts";

/** A condition that loaded, or all that is wrong with it. */
type Compiled =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly problems: readonly ConditionProblem[] };

/** Parses, checks and compiles a condition where it stands. */
export function compileCondition(source: string, scope: Scope): Compiled {
  const compiled = compileExpression(source, namesIn(scope), yieldOf(scope.use), scope);
  const hint = compiled.ok ? undefined : constantHint(source, scope.use);
  const [first] = compiled.ok || hint === undefined ? [] : compiled.problems;
  return first === undefined ? compiled : { ok: false, problems: [{ ...first, message: `${first.message}; ${hint}` }] };
}

/** What to say where a text stands that looks like a constant: it must be CEL too. */
function constantHint(source: string, use: Scope["use"]): string | undefined {
  const [first] = /^\w*/.exec(source) ?? [];
  const reads = first !== undefined && first !== "" && (NAMES.has(first) || nearest(first, NAMES.keys()) !== undefined);
  if (!["destination", "resource", "per"].includes(use) || reads || !/^[^\s"'`()[\]{}\\]+$/.test(source)) return undefined;
  return `a constant is CEL text: \`'"${source}"'\``;
}

/** The same with any names, and any kind of value that it must yield. */
export function compileExpression(source: string, names: Names, yields: Yield, scope: Partial<Scope> = {}): Compiled {
  const parsed = parse(source);
  if (!parsed.ok) return { ok: false, problems: [parsed.problem] };
  const context: Context = {
    source,
    names,
    scope,
    variables: new Map(),
    slots: 0,
    monotone: true,
    depth: 0,
    problems: [],
    reads: new Set(),
  };
  const term = compileShared(context, parsed.node);
  const problem = context.problems.length === 0 ? wholeProblem(source, term, yields) : undefined;
  const problems = problem === undefined ? context.problems : [problem];
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, expression: expressionOf(source, term, context.reads, yields) };
}

function wholeProblem(source: string, term: Term, yields: Yield): ConditionProblem | undefined {
  const message = typeProblem(yields, term.type) ?? constantProblem(term, yields);
  return message === undefined ? undefined : { message, start: 0, end: source.length };
}

function constantProblem(term: Term, yields: Yield): string | undefined {
  if (term.fixed === undefined) return undefined;
  if ("error" in term.fixed) return `the condition always fails: ${term.fixed.error.message}`;
  return yields.fits(term.fixed.value) ? undefined : `the condition must yield ${yields.what}`;
}

function expressionOf(source: string, term: Term, reads: ReadonlySet<string>, yields: Yield): Expression {
  const { code } = term;
  const steps = MAX_STEPS - term.cost;
  const evaluate = (facts: Facts): Json => accept(yields, code(facts, new Run(steps)));
  const constant = fixedValue(term);
  const expression = { source, reads, evaluate, parts: term.parts ?? [code], steps };
  return constant === undefined ? expression : { ...expression, constant: accept(yields, constant) };
}
