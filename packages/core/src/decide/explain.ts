import type { Rule } from "../policy/policy.ts";
import type { Program } from "../policy/program.ts";
import { answer, prepare } from "./decide.ts";
import type { Decision, DecisionError } from "../policy/decision.ts";
import { matches, type Match } from "./evaluate.ts";
import type { Request, Usage } from "./request.ts";

/** Why a rule or limit did or did not match. */
export interface Look {
  readonly id: string;
  readonly kind: "rule" | "limit";
  /** `not selected`: it is about other tools, effects or agents */
  readonly match: Match | "not selected";
  readonly decide: string;
  readonly when?: string;
  /** why it failed, or what it adds up to */
  readonly note?: string;
  readonly line: number;
}

/** A decision with everything that was looked at. */
export interface Explanation {
  readonly decision: Decision;
  readonly looked: readonly Look[];
}

/** Decides like `decide` and says of every rule and limit why it did or did not match. */
export function explain(program: Program, request: Request, usage: Usage): Explanation {
  const question = prepare(program, request);
  if ("decision" in question) return { decision: question, looked: [] };
  const { facts, tool, matched, tolls } = question;
  const rules = program.policy.rules.filter((rule) => rule.on === "call").map((rule): Look => {
    const errors: DecisionError[] = [];
    const match = tool.rules.includes(rule) ? (matched.get(rule) ?? matches(rule.id, rule.when, facts, errors)) : "not selected";
    return { id: rule.id, kind: "rule", match, decide: sayingOf(rule), line: rule.line, ...whenOf(rule), ...noteOf(errors[0]?.message) };
  });
  const limits = program.policy.limits.map((limit): Look => {
    const toll = tolls.find((candidate) => candidate.limit === limit);
    const selected = tool.limits.includes(limit);
    const note = toll === undefined || toll.charge === "failed" ? undefined : `${usage(limit.id, toll.charge.key)} used, ${toll.charge.amount} asked, ${limit.max} at most`;
    const match: Look["match"] = !selected ? "not selected" : toll === undefined ? "no" : toll.charge === "failed" ? "failed" : isOver(toll.charge, usage, limit.max) ? "yes" : "no";
    return { id: limit.id, kind: "limit", match, decide: limit.decide, line: limit.line, ...whenOf(limit), ...noteOf(note) };
  });
  return { decision: answer(program, question, usage), looked: [...rules, ...limits] };
}

function isOver(charge: { readonly limit: string; readonly key: string; readonly amount: number }, usage: Usage, max: number): boolean {
  return usage(charge.limit, charge.key) + charge.amount > max;
}

function sayingOf(rule: Rule): string {
  const says = [...(rule.set.length > 0 ? ["set"] : []), ...(rule.decide === undefined ? [] : [rule.decide]), ...(rule.labels.length > 0 ? ["labels"] : [])].join(", ");
  return rule.mode === "shadow" ? `${says} (shadow)` : says;
}

function whenOf({ when }: Pick<Rule, "when">): { readonly when?: string } {
  return when === undefined ? {} : { when: when.source };
}

function noteOf(note: string | undefined): { readonly note?: string } {
  return note === undefined ? {} : { note };
}
