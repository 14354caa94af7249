import type { Code } from "../code/run.ts";
import { describe, type Value } from "../code/value.ts";
import { absorbable, ConditionError } from "../fault.ts";
import { BOOL, joinTypes } from "../type.ts";
import { alwaysFails, costOf, fixedTerm, fixedValue, folded, needsOf, type Term } from "./term.ts";

/** `&&` or `||` over two or more operands; `decisive` is the value that decides alone: false for `&&`, true for `||`. */
export function logicTerm(operands: readonly Term[], decisive: boolean): Term {
  const code = balanced(
    operands.map((operand) => operand.code),
    decisive,
  );
  const term: Term = { type: BOOL, code, cost: costOf(operands), needs: needsOf(operands) };
  if (operands.some((operand) => fixedValue(operand) === decisive)) return fixedTerm(term, decisive);
  return operands.every(alwaysFails) ? { ...term, ...operands[0], type: BOOL } : folded(term);
}

/** A long chain becomes a shallow tree, so that no condition can exhaust the stack. */
function balanced(operands: readonly Code[], decisive: boolean): Code {
  const [first, second] = operands;
  const middle = Math.ceil(operands.length / 2);
  if (first === undefined) return () => !decisive;
  if (second === undefined) return first;
  return pair(balanced(operands.slice(0, middle), decisive), balanced(operands.slice(middle), decisive), decisive);
}

function pair(left: Code, right: Code, decisive: boolean): Code {
  return (facts, run) => {
    let first: Value;
    try {
      first = left(facts, run);
    } catch (error) {
      return absorb(absorbable(error), right(facts, run), decisive);
    }
    if (first === decisive) return decisive;
    const second = right(facts, run);
    if (typeof first !== "boolean") return absorb(notBoolean(first, decisive), second, decisive);
    if (typeof second === "boolean") return second;
    throw notBoolean(second, decisive);
  };
}

/** After an error on the left only the decisive value on the right has a say. */
function absorb(error: ConditionError, second: Value, decisive: boolean): boolean {
  if (second === decisive) return decisive;
  throw error;
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
