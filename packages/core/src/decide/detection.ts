import type { Facts, FindingFacts } from "../condition/facts.ts";
import type { Finding } from "../detect/finding.ts";
import { OPAQUE } from "../detect/names.ts";
import type { DecisionError } from "../policy/decision.ts";
import type { Rule } from "../policy/policy.ts";
import type { Program } from "../policy/program.ts";
import { matches, messageOf, type Match } from "./evaluate.ts";
import { overlapping, type Layout } from "./layout.ts";

/** What the detectors of a rule are asked about; undefined: content of which nothing can be read. */
export type Subject = Layout | undefined;

/** What became of a rule's `detect` and `when`. */
export interface Detection {
  /** `blind`: a detector failed, and nobody knows */
  readonly match: Match | "blind";
  readonly findings: readonly Finding[];
  /** as conditions see them */
  readonly facts: readonly FindingFacts[];
}

const NOTHING: Detection = { match: "no", findings: [], facts: [] };

/** Whether a rule matches: where it names detectors, where these find something, and its `when` says yes of that. */
export function matchRule(program: Program, rule: Rule, facts: Facts, subject: () => Subject, errors: DecisionError[]): Detection {
  if (rule.detect === undefined) return { ...NOTHING, match: matches(rule.id, rule.when, facts, errors) };
  const found = findFor(program, rule, rule.detect, subject, errors);
  if (found === undefined) return { ...NOTHING, match: "blind" };
  if (found.facts.length === 0) return NOTHING;
  return { ...found, match: matches(rule.id, rule.when, { ...facts, findings: found.facts }, errors) };
}

/** What a rule counts as: `closed` denies the call, or withholds the result, whatever the rule decides. */
export type Counted = "yes" | "no" | "closed";

/** What a rule counts as, given what became of its `detect` and `when`. */
export function countOf(rule: Rule, match: Detection["match"]): Counted {
  switch (match) {
    case "yes":
    case "no":
      return match;
    case "failed":
      if (rule.keep !== undefined) return "closed";
      return rule.decide === "allow" ? "no" : "yes";
    case "blind":
      // a rule that only labels still does
      return rule.decide === undefined && rule.keep === undefined && rule.set.length === 0 ? "yes" : "closed";
  }
}

/** What was found, by kind, for people: `2 × pii.email, 1 × secrets.jwt`; never the values. */
export function describeFindings(facts: readonly FindingFacts[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { detector, kind } of facts) {
    const name = detector === kind ? kind : `${detector}.${kind}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts.size === 0 ? undefined : `found ${[...counts].map(([name, count]) => `${count} × ${name}`).join(", ")}`;
}

type Found = Pick<Detection, "findings" | "facts">;

function findFor(
  program: Program,
  rule: Rule,
  names: readonly string[],
  subject: () => Subject,
  errors: DecisionError[],
): Found | undefined {
  try {
    const layout = subject();
    if (layout === undefined) return { findings: [], facts: opaqueFacts(names) };
    const findings = program
      .detectorOf(rule)(layout.text)
      .filter((finding) => overlapping(layout.spans, finding).length > 0);
    const facts = findings.map(({ detector, kind, confidence }) => ({ detector, kind, confidence }));
    return { findings, facts: layout.opaque === 0 ? facts : [...facts, ...opaqueFacts(names)] };
  } catch (error) {
    errors.push({ rule: rule.id, message: messageOf(error) });
    return undefined;
  }
}

/** What cannot be read is a finding of every detector that was asked. */
function opaqueFacts(names: readonly string[]): readonly FindingFacts[] {
  const detectors = new Set(names.map((name) => name.split(".", 1)[0] ?? name));
  return [...detectors].map((detector) => ({ detector, kind: OPAQUE, confidence: 1 }));
}
