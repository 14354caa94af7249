import type { Expression } from "../condition/expression.ts";
import type { Rule } from "./policy.ts";
import { rulingOf, sharedRuling, type Ruling } from "./ruling.ts";

/** A rule on calls as the decision reads it: alike in shape for all. */
export interface Clause {
  /** neither asks a detector nor rewrites args: only `when` says whether it matches */
  readonly isPlain: boolean;
  readonly isShadow: boolean;
  readonly decide: Rule["decide"];
  readonly labels: readonly string[];
  /** what comes of it where it alone decides; undefined where it never decides a call */
  readonly alone: Ruling | undefined;
  readonly id: string;
  /** the parts of `when` and their steps; none without one, and where it is not plain */
  readonly parts: Expression["parts"];
  readonly steps: number;
  readonly rule: Rule;
}

const NO_PARTS: Pick<Expression, "parts" | "steps"> = { parts: [], steps: 0 };

/** Makes a rule on calls ready to be read by decisions. */
export function clauseOf(rule: Rule): Clause {
  const { id, when, decide, labels, mode, detect, set } = rule;
  const isPlain = detect === undefined && set.length === 0;
  const { parts, steps } = (isPlain ? when : undefined) ?? NO_PARTS;
  return {
    isPlain,
    isShadow: mode === "shadow",
    decide,
    labels,
    alone: decide === undefined || decide === "redact" ? undefined : sharedRuling(rulingOf(decide, [rule])),
    id,
    parts,
    steps,
    rule,
  };
}
