import type { Facts } from "../condition/facts.ts";
import type { Finding } from "../detect/finding.ts";
import type { DecisionError } from "../policy/decision.ts";
import type { Rule } from "../policy/policy.ts";
import type { Program } from "../policy/program.ts";
import { countOf, matchRule, type Counted, type Detection, type Subject } from "./detection.ts";

/** A rule on a result or a text that counts. */
export interface Counting {
  readonly rule: Rule;
  readonly counted: Exclude<Counted, "no">;
  readonly detection: Detection;
}

/** What the rules on a result or a text came to. */
export interface Matching {
  /** in file order */
  readonly enforced: readonly Counting[];
  /** the ids of the enforced rules that withhold it, in file order */
  readonly denying: readonly string[];
  readonly puts: readonly string[];
  readonly shadow: readonly string[];
  /** what `secrets` found, for any of the rules */
  readonly secrets: readonly Finding[];
}

/** Looks at rules with the same facts and the same subject. */
export function countAll(
  program: Program,
  rules: readonly Rule[],
  facts: Facts,
  subject: () => Subject,
  errors: DecisionError[],
): readonly Counting[] {
  return rules.flatMap((rule): readonly Counting[] => {
    const detection = matchRule(program, rule, facts, subject, errors);
    const counted = countOf(rule, detection.match);
    return counted === "no" ? [] : [{ rule, counted, detection }];
  });
}

/** Sums up what counts, in file order again. */
export function sumUp(rules: readonly Rule[], counting: readonly Counting[]): Matching {
  const inOrder = rules.flatMap((rule) => counting.find((one) => one.rule === rule) ?? []);
  const enforced = inOrder.filter(({ rule }) => rule.mode === "enforce");
  return {
    enforced,
    denying: enforced.filter(({ rule, counted }) => counted === "closed" || rule.decide === "deny").map(({ rule }) => rule.id),
    puts: [...new Set(enforced.flatMap(({ rule }) => rule.labels))],
    shadow: inOrder.filter(({ rule }) => rule.mode === "shadow").map(({ rule }) => rule.id),
    secrets: inOrder.flatMap(({ detection }) => detection.findings.filter(({ detector }) => detector === "secrets")),
  };
}

/** What it is made of, made when it is first asked for and kept. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
