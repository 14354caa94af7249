import type { Expression } from "../condition/expression.ts";
import type { Facts } from "../condition/facts.ts";
import type { Json } from "../value.ts";
import type { DecisionError } from "../policy/decision.ts";

/** What a `when` said: `failed` is neither yes nor no, and what it counts as depends on the rule. */
export type Match = "yes" | "no" | "failed";

/** Whether a `when` matches; a failure is noted under the rule's id. */
export function matches(rule: string, when: Expression | undefined, facts: Facts, errors: DecisionError[]): Match {
  if (when === undefined) return "yes";
  try {
    return when.evaluate(facts) === true ? "yes" : "no";
  } catch (error) {
    errors.push({ rule, message: messageOf(error) });
    return "failed";
  }
}

/** The value of an expression, or undefined where it failed; a failure is noted under the rule's id. */
export function valueOf(rule: string, expression: Expression, facts: Facts, errors: DecisionError[]): Json | undefined {
  try {
    return expression.evaluate(facts);
  } catch (error) {
    errors.push({ rule, message: messageOf(error) });
    return undefined;
  }
}

/** What went wrong, in its own words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
