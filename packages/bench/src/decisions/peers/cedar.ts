import { preparsePolicySet, statefulIsAuthorized, type StatefulAuthorizationCall } from "@cedar-policy/cedar-wasm/nodejs";
import type { Effect, RuleSpec, Test } from "../workload.ts";
import { byTool } from "./by-tool.ts";
import { answerOf, noneMatched } from "./lattice.ts";
import type { Peer } from "./peer.ts";

/**
 * One policy set for each tool, parsed before anything is asked. A rule that asks for approval is a permit, and known by its id; all
 * facts stand in the context, so that there are no entities to read.
 */
export const cedar: Peer = {
  name: "cedar",
  rules: "all",
  prepare: ({ rules }) => {
    const effects = new Map(rules.map(({ id, effect }) => [id, effect]));
    for (const [tool, list] of byTool(rules)) {
      const staticPolicies = Object.fromEntries(list.map((rule) => [rule.id, policyOf(rule)]));
      const parsed = preparsePolicySet(tool, { staticPolicies });
      if (parsed.type === "failure") throw new Error(parsed.errors.map(({ message }) => message).join("; "));
    }
    return {
      adopt: ({ tool, args, principal, labels }) => {
        const call: StatefulAuthorizationCall = {
          principal: { type: "User", id: principal.id },
          action: { type: "Action", id: "call" },
          resource: { type: "Tool", id: tool },
          context: { args, labels: [...labels], tenant: principal.tenant, roles: [...principal.roles] },
          preparsedPolicySetId: tool,
          validateRequest: false,
          entities: [],
        };
        return () => {
          const answer = statefulIsAuthorized(call);
          if (answer.type === "failure") throw new Error(answer.errors.map(({ message }) => message).join("; "));
          const matched = noneMatched();
          for (const id of answer.response.diagnostics.reason) matched[effects.get(id) ?? "deny"].push(id);
          return answerOf(matched);
        };
      },
    };
  },
};

const VERBS: Readonly<Record<Effect, string>> = { allow: "permit", require_approval: "permit", deny: "forbid" };

function policyOf({ effect, tests }: RuleSpec): string {
  return `${VERBS[effect]}(principal, action, resource) when { ${tests.map(testText).join(" && ")} };`;
}

function testText(test: Test): string {
  switch (test.kind) {
    case "equals":
      return `context.args.${test.field} == ${JSON.stringify(test.value)}`;
    case "prefix":
      return `context.args.${test.field} like ${JSON.stringify(`${test.value}*`)}`;
    case "above":
      return `context.args.${test.field} > ${test.value}`;
    case "below":
      return `context.args.${test.field} < ${test.value}`;
    case "listed":
      return `${JSON.stringify(test.values)}.contains(context.args.${test.field})`;
    case "pattern":
      return `context.args.${test.field} like ${JSON.stringify(`${test.start}-*-${test.end}`)}`;
    case "label":
      return `context.labels.contains(${JSON.stringify(test.label)})`;
    case "tenant":
      return `context.tenant == ${JSON.stringify(test.tenant)}`;
    case "role":
      return `context.roles.contains(${JSON.stringify(test.role)})`;
  }
}
