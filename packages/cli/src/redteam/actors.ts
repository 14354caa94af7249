import type { JsonObject, Policy } from "@sallyport/core";

/** Who acts in the plays. */
export interface Actors {
  readonly principal: JsonObject & { readonly id: string };
  readonly agent: JsonObject & { readonly id: string };
  readonly context: JsonObject;
  /** the roles that approvers have */
  readonly approverRoles: readonly string[];
}

/**
 * Who acts where the user does not say: a principal with every role and claim that the policy speaks of, an agent that its
 * selectors name, and the context that its conditions compare with. The one whom a hijacked agent harms most.
 */
export function actorsOf(policy: Policy): Actors {
  const sources = sourcesOf(policy);
  const claims = comparisons(sources, "principal").filter(({ key }) => key !== "id" && key !== "roles");
  const named = policy.rules.flatMap(({ agents }) => agents ?? []).find((agent) => !agent.includes("*"));
  return {
    principal: { id: "user", roles: rolesOf(sources, "principal"), ...objectOf(claims) },
    agent: { id: named ?? "agent" },
    context: objectOf(comparisons(sources, "context")),
    approverRoles: rolesOf(sources, "approver"),
  };
}

/** Everything that conditions say. */
function sourcesOf({ rules, limits, workflows }: Policy): readonly string[] {
  return [
    ...rules.flatMap(({ when, approval, set }) => [when?.source, approval.by?.source, ...set.map(({ value }) => value.source)]),
    ...limits.flatMap(({ when, per, amount }) => [when?.source, per.source, amount?.source]),
    ...workflows.flatMap(({ steps }) => steps.map(({ when }) => when?.source)),
  ].filter((source) => source !== undefined);
}

function rolesOf(sources: readonly string[], who: "principal" | "approver"): readonly string[] {
  const pattern = new RegExp(`["']([^"']+)["'] in ${who}\\.roles`, "g");
  return [...new Set(sources.flatMap((source) => [...source.matchAll(pattern)].map(([, role = ""]) => role)))];
}

interface Comparison {
  readonly key: string;
  readonly value: string;
}

/** What members of an object are compared with, the first time that each is. */
function comparisons(sources: readonly string[], object: string): readonly Comparison[] {
  const pattern = new RegExp(`\\b${object}\\.(\\w+) [!=]= ["']([^"']*)["']`, "g");
  return sources.flatMap((source) => [...source.matchAll(pattern)].map(([, key = "", value = ""]) => ({ key, value })));
}

function objectOf(found: readonly Comparison[]): JsonObject {
  return Object.fromEntries([...found].reverse().map(({ key, value }) => [key, value]));
}
