import type { Rule } from "../policy/policy.ts";
import type { Program } from "../policy/program.ts";
import type { Json } from "../value.ts";
import { answer, isDecided, prepare } from "./decide.ts";
import type { Decision, DecisionError } from "../policy/decision.ts";
import { describeFindings, matchRule, type Detection } from "./detection.ts";
import type { Match } from "./evaluate.ts";
import { baseFacts, fullFacts } from "./facts.ts";
import { subjectAfter } from "./inspect.ts";
import { readResult } from "./keep.ts";
import { isLifted } from "./judge.ts";
import { textFacts, type TextRequest } from "./inspect-text.ts";
import { layOut, layOutArgs } from "./layout.ts";
import { lazily } from "./matching.ts";
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
  if (isDecided(question)) return { decision: question, looked: [] };
  const { facts, tool, matched, tolls, step } = question;
  const subject = lazily(() => layOutArgs(facts.args));
  const rules = rulesOn(program, "call").map((rule) => {
    const look = lookAt(rule, tool.rules.includes(rule), (errors) => {
      const detection = matchRule(program, rule, facts, subject, errors);
      return { ...detection, match: matched.get(rule) ?? detection.match };
    });
    return look.match !== "not selected" && step !== undefined && isLifted(rule, look.match, step)
      ? { ...look, note: `lifted: the call is step ${step.index + 1} of workflow \`${step.workflow}\`` }
      : look;
  });
  const limits = program.policy.limits.map((limit): Look => {
    const toll = tolls.find((candidate) => candidate.limit === limit);
    const selected = tool.limits.includes(limit);
    const note =
      toll === undefined || toll.charge === "failed"
        ? undefined
        : `${usage(limit.id, toll.charge.key)} used, ${toll.charge.amount} asked, ${limit.max} at most`;
    const match: Look["match"] = !selected
      ? "not selected"
      : toll === undefined
        ? "no"
        : toll.charge === "failed"
          ? "failed"
          : isOver(toll.charge, usage, limit.max)
            ? "yes"
            : "no";
    return { id: limit.id, kind: "limit", match, decide: limit.decide, line: limit.line, ...whenOf(limit), ...noteOf(note) };
  });
  return { decision: answer(program, question, usage), looked: [...rules, ...limits] };
}

/** Says of every rule on results why it did or did not match the result of a call; none is looked at where the facts cannot be had. */
export function explainResult(program: Program, request: Request, content: Json): readonly Look[] {
  const tool = program.lookup(request.tool, request.agent.id);
  const facts = fullFacts(program, tool, { ...baseFacts(tool, request), args: request.settled ?? request.args }, []);
  if (typeof facts === "string") return [];
  const seen = { ...facts, result: readResult(content) };
  const subject = lazily(() => subjectAfter(program, tool.results, seen, content));
  return rulesOn(program, "result").map((rule) =>
    lookAt(rule, tool.results.includes(rule), (errors) => matchRule(program, rule, seen, subject, errors)),
  );
}

/** Says of every rule on input or output why it did or did not match a text. */
export function explainText(program: Program, request: TextRequest, place: "input" | "output", text: string): readonly Look[] {
  const subject = lazily(() => layOut(text));
  const facts = textFacts(request, text);
  const selected = program.texts(place, request.agent.id);
  return rulesOn(program, place).map((rule) =>
    lookAt(rule, selected.includes(rule), (errors) => matchRule(program, rule, facts, subject, errors)),
  );
}

function rulesOn(program: Program, place: Rule["on"]): readonly Rule[] {
  return program.policy.rules.filter((rule) => rule.on === place);
}

function lookAt(rule: Rule, selected: boolean, detect: (errors: DecisionError[]) => Pick<Detection, "match" | "facts">): Look {
  const errors: DecisionError[] = [];
  const { match, facts } = selected ? detect(errors) : { match: "not selected" as const, facts: [] };
  return {
    id: rule.id,
    kind: "rule",
    match: match === "blind" ? "failed" : match,
    decide: sayingOf(rule),
    line: rule.line,
    ...whenOf(rule),
    ...noteOf(errors[0]?.message ?? describeFindings(facts)),
  };
}

function isOver(charge: { readonly limit: string; readonly key: string; readonly amount: number }, usage: Usage, max: number): boolean {
  return usage(charge.limit, charge.key) + charge.amount > max;
}

function sayingOf(rule: Rule): string {
  const keeps = rule.keep === undefined ? [] : ["keep"];
  const says = [
    ...(rule.detect === undefined ? [] : [`detect ${rule.detect.join(", ")}`]),
    ...(rule.set.length > 0 ? ["set"] : []),
    ...keeps,
    ...(rule.decide === undefined ? [] : [rule.decide]),
    ...(rule.labels.length > 0 ? ["labels"] : []),
  ].join(", ");
  return rule.mode === "shadow" ? `${says} (shadow)` : says;
}

function whenOf({ when }: Pick<Rule, "when">): { readonly when?: string } {
  return when === undefined ? {} : { when: when.source };
}

function noteOf(note: string | undefined): { readonly note?: string } {
  return note === undefined ? {} : { note };
}
