import { createMongoAbility, subject, type MongoAbility, type RawRuleOf } from "@casl/ability";
import { patternText } from "../policy-text.ts";
import type { Answer, Principal, RuleSpec, Test } from "../workload.ts";
import { STRICTEST_FIRST } from "./lattice.ts";
import type { Peer } from "./peer.ts";

/** One ability for each kind of principal (tenant and roles), kept: its rules are those whose principal condition holds. */
export const casl: Peer = {
  name: "casl",
  rules: "one",
  prepare: ({ rules }) => {
    const answers = answersOf(rules);
    const abilities = new Map<string, MongoAbility>();
    const abilityOf = (principal: Principal): MongoAbility => {
      const kind = JSON.stringify([principal.tenant, principal.roles]);
      const made = abilities.get(kind) ?? abilityWith(rules.flatMap((rule) => rest(rule, principal)));
      abilities.set(kind, made);
      return made;
    };
    return {
      adopt: ({ tool, args, principal, labels }) => asking(abilityOf(principal), tool, { ...args, labels }, answers),
    };
  },
};

/** One ability for all, asked about the call and its principal together: not its docs' way, and smaller. */
export const caslOne: Peer = {
  name: "casl, one ability",
  rules: "one",
  prepare: ({ rules }) => {
    const answers = answersOf(rules);
    const ability = abilityWith(rules);
    return {
      adopt: ({ tool, args, principal: { tenant, roles }, labels }) => asking(ability, tool, { ...args, labels, tenant, roles }, answers),
    };
  },
};

const NOTHING: Answer = { decision: "deny", rules: [] };

function asking(
  ability: MongoAbility,
  tool: string,
  facts: Record<PropertyKey, unknown>,
  answers: ReadonlyMap<string, Answer>,
): () => Answer {
  const call = subject("call", facts);
  return () => answers.get(ability.relevantRuleFor(tool, call)?.reason ?? "") ?? NOTHING;
}

/** What each rule answers, by its id, which stands in its `reason`. */
function answersOf(rules: readonly RuleSpec[]): ReadonlyMap<string, Answer> {
  return new Map(rules.map(({ id, effect }) => [id, { decision: effect, rules: [id] }]));
}

/** The last rule that matches counts: so the strictest stand last. */
function abilityWith(rules: readonly RuleSpec[]): MongoAbility {
  const strictestLast = STRICTEST_FIRST.toReversed().flatMap((effect) => rules.filter((rule) => rule.effect === effect));
  return createMongoAbility(strictestLast.map(ruleOf));
}

/** What is left of a rule for one kind of principal; nothing where its condition on principals does not hold. */
function rest(rule: RuleSpec, { tenant, roles }: Principal): readonly RuleSpec[] {
  const holds = rule.tests.every((test) => {
    if (test.kind === "tenant") return test.tenant === tenant;
    return test.kind !== "role" || roles.includes(test.role);
  });
  return holds ? [{ ...rule, tests: rule.tests.filter(({ kind }) => kind !== "tenant" && kind !== "role") }] : [];
}

function ruleOf({ id, tools, effect, tests }: RuleSpec): RawRuleOf<MongoAbility> {
  return { action: [...tools], subject: "call", inverted: effect === "deny", conditions: conditionsOf(tests), reason: id };
}

/** Conditions by field; two on one field stand beside each other. */
function conditionsOf(tests: readonly Test[]): Readonly<Record<string, object>> {
  const byField = new Map<string, object>();
  for (const test of tests) {
    const field = fieldOf(test);
    byField.set(field, { ...byField.get(field), ...conditionOf(test) });
  }
  return Object.fromEntries(byField);
}

function fieldOf(test: Test): string {
  switch (test.kind) {
    case "label":
      return "labels";
    case "tenant":
      return "tenant";
    case "role":
      return "roles";
    default:
      return test.field;
  }
}

function conditionOf(test: Test): object {
  switch (test.kind) {
    case "equals":
      return { $eq: test.value };
    case "prefix":
      return { $regex: new RegExp(`^${test.value}`) };
    case "above":
      return { $gt: test.value };
    case "below":
      return { $lt: test.value };
    case "listed":
      return { $in: test.values };
    case "pattern":
      return { $regex: new RegExp(patternText(test)) };
    case "label":
      return { $eq: test.label };
    case "tenant":
      return { $eq: test.tenant };
    case "role":
      return { $eq: test.role };
  }
}
