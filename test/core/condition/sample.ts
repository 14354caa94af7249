import { compileCondition } from "../../../packages/core/src/condition/compile.ts";
import type { Expression, Scope } from "../../../packages/core/src/condition/expression.ts";
import type { Facts } from "../../../packages/core/src/condition/facts.ts";
import type { Json, JsonObject } from "../../../packages/core/src/value.ts";

/** Facts of a call, with these args. */
export function factsWith(args: JsonObject, others: Partial<Facts> = {}): Facts {
  return {
    tool: { name: "send_email", effect: "side_effect", trust: "trusted", credential: false, labels: ["mail"] },
    args,
    principal: { id: "ann", roles: ["support", "lead"], level: 3 },
    agent: { id: "desk" },
    context: { device: "managed" },
    session: {
      id: "s1",
      labels: ["customer_data"],
      steps: [{ tool: "crm.get", effect: "read", decision: "allow", labels: ["l"], rows: 3, bytes: 13 }],
    },
    destinations: ["bob@evil.example"],
    external: true,
    resource: null,
    now: Date.UTC(2026, 10, 22, 5, 30),
    ...others,
  };
}

/** Compiles a condition that must load. */
export function load(source: string, scope: Scope = { use: "set" }): Expression {
  const compiled = compileCondition(source, scope);
  if (compiled.ok) return compiled.expression;
  throw new Error(`${source}: ${compiled.problems.map((problem) => problem.message).join("; ")}`);
}

/** The messages of a condition that must not load. */
export function problemsOf(source: string, scope: Scope = { use: "set" }): readonly string[] {
  const compiled = compileCondition(source, scope);
  return compiled.ok ? [] : compiled.problems.map((problem) => problem.message);
}

/** What a condition yields over args; "error" where it fails, as most tests do not care why. */
export function evaluate(source: string, args: JsonObject = {}, scope?: Scope): Json {
  try {
    return load(source, scope).evaluate(factsWith(args));
  } catch (error) {
    if (error instanceof Error && error.name.startsWith("ConditionError")) return "error";
    throw error;
  }
}
