import type { Facts } from "../condition/facts.ts";
import type { Defaults, Verb } from "../policy/policy.ts";
import type { ToolProgram } from "../policy/program.ts";

/** A decision with the ids that led to it. */
export interface Default {
  readonly decision: Verb;
  readonly rules: readonly string[];
}

/** How strict a decision is; the greater wins. */
const STRICTNESS: Readonly<Record<Verb, number>> = { allow: 0, require_approval: 1, deny: 2 };

/** The strictest default of the effect, of `external` where it is, and of `credential` where it bears one. */
export function defaultsOf(defaults: Defaults, facts: Facts, tool: ToolProgram): Default {
  const keys = [
    tool.facts.effect,
    ...(facts.external ? (["external"] as const) : []),
    ...(tool.facts.credential ? (["credential"] as const) : []),
  ];
  const decision = keys.map((key) => defaults[key]).reduce((a, b) => (STRICTNESS[b] > STRICTNESS[a] ? b : a));
  return { decision, rules: keys.filter((key) => defaults[key] === decision).map((key) => `default:${key}`) };
}
