import type { CatalogFinding } from "./catalog.ts";
import type { Defaults, Verb } from "./policy.ts";

/** What is decided where no rule decides. */
export interface Default {
  readonly decision: Verb;
  /** the ids of the defaults that led to it */
  readonly rules: readonly string[];
  readonly reason: string;
}

/** What reasons say of a rule, limit or default that decides. */
export const SAYS: Readonly<Record<Verb, string>> = { allow: "allows it", deny: "denies it", require_approval: "requires an approval" };

/** How strict a decision is; the greater wins. */
const STRICTNESS: Readonly<Record<Verb, number>> = { allow: 0, require_approval: 1, deny: 2 };

/** The strictest default of a tool's effect, of `external` where the call is, and of `credential` where the tool bears one. */
export function defaultsOf(defaults: Defaults, { facts, entry }: CatalogFinding, external: boolean): Default {
  const keys = [facts.effect, ...(external ? (["external"] as const) : []), ...(facts.credential ? (["credential"] as const) : [])];
  const decision = keys.map((key) => defaults[key]).reduce((a, b) => (STRICTNESS[b] > STRICTNESS[a] ? b : a));
  const rules = keys.filter((key) => defaults[key] === decision).map((key) => `default:${key}`);
  const known = entry === undefined ? `no key of the catalog matches \`${facts.name}\`` : "no rule decides";
  return { decision, rules: Object.freeze(rules), reason: `${known}; \`${rules[0]}\` ${SAYS[decision]}` };
}
