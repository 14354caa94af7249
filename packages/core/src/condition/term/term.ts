import type { Path, Place, PlaceFact } from "../code/access.ts";
import { type Code, MAX_STEPS, Run } from "../code/run.ts";
import type { Value } from "../code/value.ts";
import type { Facts } from "../facts.ts";
import { ConditionError } from "../fault.ts";
import type { Type } from "../type.ts";

/** What is known at load of what a part yields: a value, or that it always fails. */
type Fixed = { readonly value: Value } | { readonly error: ConditionError };

/** A piece of a condition's text, by its offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A part of a condition, checked and compiled. */
export interface Term {
  readonly type: Type;
  readonly code: Code;
  /** steps that one evaluation takes, besides those that the code charges by the size of its operands */
  readonly cost: number;
  /** the outermost thing it reads: FACTS, the slot of a macro's variable, or NOTHING */
  readonly needs: number;
  readonly fixed?: Fixed;
  /** of a literal: where it stands */
  readonly literal?: Span;
  /** of a list literal: its elements */
  readonly elements?: readonly Term[];
  /** of `a && b`: what it joins, as it is looked at */
  readonly parts?: readonly Code[];
  /** whether it only compares a place with what is known at load */
  readonly quick?: boolean;
  /** of a bare name: the fact that it is, where it is an object whose members are read by themselves */
  readonly fact?: PlaceFact;
  /** of a member of such a fact: where it is read */
  readonly place?: Place;
  /** of `a.b[c]`: the way there */
  readonly path?: Path;
}

/** A term reads facts. */
export const FACTS = -1;
/** A term reads neither facts nor variables: it is constant. */
export const NOTHING: number = Number.POSITIVE_INFINITY;

/** A term whose operands are all evaluated: it fails where one of them always fails, and is computed at load where it is constant. */
export function strictTerm(type: Type, operands: readonly Term[], code: Code, needs: number = needsOf(operands)): Term {
  const failing = operands.find(alwaysFails)?.fixed;
  const term: Term = { type, code, cost: costOf(operands), needs };
  return failing === undefined ? folded(term) : { ...term, fixed: failing };
}

/** Whether a term has no value, whatever it reads. */
export function alwaysFails(term: Term): boolean {
  return term.fixed !== undefined && "error" in term.fixed;
}

/** The same term, computed at load where it reads nothing. */
export function folded(term: Term): Term {
  if (term.fixed !== undefined || term.needs !== NOTHING) return term;
  const fixed = compute(term.code);
  return "value" in fixed ? fixedTerm(term, fixed.value) : { ...term, fixed };
}

/** A term that is known to yield a value, whatever it reads. */
export function fixedTerm(term: Term, value: Value): Term {
  return { ...term, code: () => value, cost: 1, needs: NOTHING, fixed: { value } };
}

/** The value that a term is known to yield; undefined where it is not known. */
export function fixedValue(term: Term): Value | undefined {
  return term.fixed !== undefined && "value" in term.fixed ? term.fixed.value : undefined;
}

/** The steps of a term with these operands. */
export function costOf(operands: readonly Term[]): number {
  return operands.reduce((sum, operand) => sum + operand.cost, 1);
}

/** The outermost thing that any of these terms reads. */
export function needsOf(operands: readonly Term[]): number {
  return operands.reduce((least, operand) => Math.min(least, operand.needs), NOTHING);
}

function compute(code: Code): Fixed {
  try {
    return { value: code(NO_FACTS, new Run(MAX_STEPS)) };
  } catch (error) {
    if (error instanceof ConditionError) return { error };
    throw error;
  }
}

/** Facts for code that reads none. */
const NO_FACTS: Facts = {
  tool: { name: "", effect: "unclassified", trust: "untrusted", credential: false, labels: [] },
  args: {},
  principal: {},
  agent: {},
  context: {},
  session: { id: "", labels: [], steps: [] },
  destinations: [],
  external: true,
  resource: null,
  now: 0,
};
