import type { Code, Run } from "../code/run.ts";
import { describe, type Value } from "../code/value.ts";
import type { Facts } from "../facts.ts";
import { absorbable, ConditionError } from "../fault.ts";
import { BOOL, joinTypes } from "../type.ts";
import { alwaysFails, costOf, fixedTerm, fixedValue, folded, needsOf, type Term } from "./term.ts";

/** `&&` or `||` over two or more operands; `decisive` is the value that decides alone: false for `&&`, true for `||`. */
export function logicTerm(operands: readonly Term[], decisive: boolean): Term {
  // what is quick may decide before the rest has to be looked at; a text of a megabyte may stand there
  const order = [...operands.keys()].sort((a, b) => Number(isSlow(operands[a])) - Number(isSlow(operands[b])));
  const parts = order.flatMap((at) => operands[at]?.code ?? []);
  const term: Term = { type: BOOL, code: chainCode(parts, order, decisive), cost: costOf(operands), needs: needsOf(operands) };
  if (operands.some((operand) => fixedValue(operand) === decisive)) return fixedTerm(term, decisive);
  if (operands.every(alwaysFails)) return { ...term, ...operands[0], type: BOOL };
  return decisive ? folded(term) : { ...folded(term), parts };
}

function isSlow(term: Term | undefined): boolean {
  return term?.quick !== true;
}

/** In a loop, so that no chain can exhaust the stack, and without a `try` around each operand, since hardly any fails. */
function chainCode(parts: readonly Code[], order: readonly number[], decisive: boolean): Code {
  return (facts, run) => {
    let at = 0;
    try {
      for (const part of parts) {
        const value = part(facts, run);
        if (value === decisive) return decisive;
        if (typeof value !== "boolean") throw notBoolean(value, decisive);
        at++;
      }
      return !decisive;
    } catch (error) {
      return afterError({ error: absorbable(error), at: order[at] ?? 0 }, parts, order.slice(at + 1), decisive, facts, run);
    }
  };
}

/** An operand's error, and at which place it was written. */
interface Failure {
  readonly error: ConditionError;
  readonly at: number;
}

/** After an error only the decisive value has a say; else the error of the operand that is written last is the chain's. */
function afterError(first: Failure, parts: readonly Code[], rest: readonly number[], decisive: boolean, facts: Facts, run: Run): boolean {
  let last = first;
  for (const [index, at] of rest.entries()) {
    const value = attempt(parts[parts.length - rest.length + index], facts, run);
    if (value === decisive) return decisive;
    if (value === !decisive) continue;
    const error = value instanceof ConditionError ? value : notBoolean(value, decisive);
    if (at > last.at) last = { error, at };
  }
  throw last.error;
}

function attempt(part: Code | undefined, facts: Facts, run: Run): Value | ConditionError {
  try {
    return part?.(facts, run) ?? null;
  } catch (error) {
    return absorbable(error);
  }
}

function notBoolean(value: Value, decisive: boolean): ConditionError {
  return new ConditionError(`\`${decisive ? "||" : "&&"}\` takes booleans, not ${describe(value)}`);
}

/** `!a` */
export function notCode(operand: Code): Code {
  return (facts, run) => {
    const value = operand(facts, run);
    if (typeof value === "boolean") return !value;
    throw new ConditionError(`\`!\` takes a boolean, not ${describe(value)}`);
  };
}

/** `a ? b : c`; only the branch that is taken is evaluated. */
export function conditionalTerm(condition: Term, consequent: Term, alternate: Term): Term {
  const operands = [condition, consequent, alternate];
  const type = joinTypes([consequent.type, alternate.type]);
  const known = fixedValue(condition);
  if (typeof known === "boolean") return { ...(known ? consequent : alternate), type };
  const code = choose(condition.code, consequent.code, alternate.code);
  const term: Term = { type, code, cost: costOf(operands), needs: needsOf(operands) };
  return alwaysFails(condition) ? { ...condition, type } : folded(term);
}

function choose(condition: Code, consequent: Code, alternate: Code): Code {
  return (facts, run) => {
    const value = condition(facts, run);
    if (value === true) return consequent(facts, run);
    if (value === false) return alternate(facts, run);
    throw notCondition(value);
  };
}

function notCondition(value: Value): ConditionError {
  return new ConditionError(`\`?:\` takes a boolean, not ${describe(value)}`);
}
