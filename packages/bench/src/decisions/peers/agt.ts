import { PolicyEngine, type PolicyRule } from "@microsoft/agent-governance-sdk";
import type { Args, Effect, RuleSpec, Test } from "../workload.ts";
import type { Peer } from "./peer.ts";

/**
 * Microsoft's agent governance SDK: one policy document, whose engine takes the matching rule of the highest priority. Its
 * conditions know no prefix, no pattern and no list in the context, so the app works these out before it asks.
 */
export const agt: Peer = {
  name: "agt",
  rules: "one",
  prepare: ({ rules }) => {
    const engine = new PolicyEngine();
    engine.loadPolicy({ name: "bench", agents: ["*"], scope: "global", default_action: "deny", rules: rules.map(ruleOf) });
    return {
      adopt: ({ tool, args, principal, labels }) => {
        const context = {
          tool,
          args,
          start: starts(args),
          shape: shapes(args),
          tenant: principal.tenant,
          role: flags(principal.roles),
          label: flags(labels),
        };
        return () => {
          const { action, matchedRule } = engine.evaluatePolicy("did:mesh:desk", context);
          return {
            decision: action === "allow" || action === "require_approval" ? action : "deny",
            rules: matchedRule === undefined ? [] : [matchedRule],
          };
        };
      },
    };
  },
};

const PRIORITIES: Readonly<Record<Effect, number>> = { deny: 3, require_approval: 2, allow: 1 };

function ruleOf({ id, tools, effect, tests }: RuleSpec): PolicyRule {
  const tool = tools.length === 1 ? `tool == '${tools[0]}'` : `tool in [${listText(tools)}]`;
  return { name: id, ruleAction: effect, priority: PRIORITIES[effect], condition: [tool, ...tests.map(testText)].join(" and ") };
}

function testText(test: Test): string {
  switch (test.kind) {
    case "equals":
      return `args.${test.field} == '${test.value}'`;
    case "prefix":
      return `start.${test.field} == '${test.value}'`;
    case "above":
      return `args.${test.field} > ${test.value}`;
    case "below":
      return `args.${test.field} < ${test.value}`;
    case "listed":
      return `args.${test.field} in [${listText(test.values)}]`;
    case "pattern":
      return `shape.${test.field} == '${test.start}-9999-${test.end}'`;
    case "label":
      return `label.${test.label}`;
    case "tenant":
      return `tenant == '${test.tenant}'`;
    case "role":
      return `role.${test.role}`;
  }
}

function listText(values: readonly string[]): string {
  return values.map((value) => `'${value}'`).join(", ");
}

/** The first folder or two of each path, as the rules name them. */
function starts(args: Args): Readonly<Record<string, string>> {
  return textsOf(args, (text) => /^(?:\/tmp\/|\/[^/]+\/[^/]+\/)/.exec(text)?.[0]);
}

/** Each reference with its digits made alike. */
function shapes(args: Args): Readonly<Record<string, string>> {
  return textsOf(args, (text) => (/^[A-Z]+-\d{4}-[A-Z]+$/.test(text) ? text.replace(/\d{4}/, "9999") : undefined));
}

function textsOf(args: Args, derive: (text: string) => string | undefined): Readonly<Record<string, string>> {
  const entries = Object.entries(args).flatMap(([field, value]) => {
    const derived = derive(String(value));
    return derived === undefined ? [] : [[field, derived] as const];
  });
  return Object.fromEntries(entries);
}

function flags(names: readonly string[]): Readonly<Record<string, boolean>> {
  return Object.fromEntries(names.map((name) => [name, true]));
}
