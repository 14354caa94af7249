import { newEnforcer, newModelFromString, type Enforcer } from "casbin";
import { patternText } from "../policy-text.ts";
import type { RuleSpec, Test } from "../workload.ts";
import { byTool } from "./by-tool.ts";
import { STRICTEST_FIRST } from "./lattice.ts";
import type { Peer } from "./peer.ts";

/** Each rule is a condition that is evaluated on the call; the first that matches decides, and what it is stands beside it. */
const MODEL = `
[request_definition]
r = call

[policy_definition]
p = condition, eft, id, decision

[policy_effect]
e = priority(p.eft) || deny

[matchers]
m = eval(p.condition)
`;

/** One enforcer for each tool (its docs' sharding), asked without promises; the strictest rules stand first. */
export const casbin: Peer = {
  name: "casbin",
  rules: "one",
  prepare: async ({ rules }) => {
    const enforcers = new Map<string, Enforcer>();
    for (const [tool, list] of byTool(rules)) {
      const enforcer = await newEnforcer(newModelFromString(MODEL));
      await enforcer.addFunction("startsWith", (text: string, start: string) => text.startsWith(start));
      await enforcer.addFunction("includes", (list: readonly string[], one: string) => list.includes(one));
      await enforcer.addPolicies(STRICTEST_FIRST.flatMap((effect) => list.filter((rule) => rule.effect === effect)).map(policyOf));
      enforcers.set(tool, enforcer);
    }
    return {
      adopt: ({ tool, args, principal, labels }) => {
        const enforcer = enforcers.get(tool);
        const call = { args, principal, labels };
        return () => {
          const [, [, , id, decision]] = enforcer?.enforceExSync(call) ?? [false, []];
          if (id === undefined) return { decision: "deny", rules: [] };
          return { decision: decision === "allow" || decision === "require_approval" ? decision : "deny", rules: [id] };
        };
      },
    };
  },
};

function policyOf({ id, effect, tests }: RuleSpec): string[] {
  return [tests.map(testText).join(" && "), effect === "deny" ? "deny" : "allow", id, effect];
}

function testText(test: Test): string {
  switch (test.kind) {
    case "equals":
      return `r.call.args.${test.field} == ${JSON.stringify(test.value)}`;
    case "prefix":
      return `startsWith(r.call.args.${test.field}, ${JSON.stringify(test.value)})`;
    case "above":
      return `r.call.args.${test.field} > ${test.value}`;
    case "below":
      return `r.call.args.${test.field} < ${test.value}`;
    case "listed":
      // its `in` binds weaker than `&&`
      return `includes(${JSON.stringify(test.values)}, r.call.args.${test.field})`;
    case "pattern":
      return `regexMatch(r.call.args.${test.field}, ${JSON.stringify(patternText(test))})`;
    case "label":
      return `includes(r.call.labels, ${JSON.stringify(test.label)})`;
    case "tenant":
      return `r.call.principal.tenant == ${JSON.stringify(test.tenant)}`;
    case "role":
      return `includes(r.call.principal.roles, ${JSON.stringify(test.role)})`;
  }
}
