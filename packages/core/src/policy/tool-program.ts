import type { Code } from "../condition/code/run.ts";
import type { Facts } from "../condition/facts.ts";
import { compileCatalog, type CatalogFinding } from "./catalog.ts";
import { clauseOf, type Clause } from "./clause.ts";
import type { Limit, Policy, Rule } from "./policy.ts";
import { defaultRuling, type Ruling } from "./ruling.ts";
import { SelectorIndex } from "./selector-index.ts";

/** All that the policy says about one tool when one agent calls it; rules and limits in file order. */
export interface ToolProgram extends CatalogFinding {
  /** no rule rewrites args or asks a detector, no limit counts, and the catalog says where calls go: so it is for most tools */
  readonly isPlain: boolean;
  /** where every call of it goes, where the catalog says so whatever the args are; undefined: it depends on them */
  readonly target: Target | undefined;
  /** the rules on calls as decisions read them */
  readonly clauses: readonly Clause[];
  /** the parts of all their conditions, end to end: a decision reads them in a row, and a clause only where it counts */
  readonly parts: readonly Code[];
  /** for each clause, where its parts end, and how many steps they have */
  readonly ends: readonly number[];
  readonly steps: readonly number[];
  /** what is decided where no rule decides */
  readonly defaults: Defaulting;
  readonly rules: readonly Rule[];
  /** those of them that rewrite args */
  readonly sets: readonly Rule[];
  readonly results: readonly Rule[];
  readonly limits: readonly Limit[];
}

/** Where a call goes, and what it is about. */
export type Target = Pick<Facts, "destinations" | "external" | "resource">;

/** What is decided where no rule decides, for calls that stay inside and for external ones. */
interface Defaulting {
  readonly inside: Ruling;
  readonly outside: Ruling;
}

const INSIDE: Target = Object.freeze({ destinations: Object.freeze([]), external: false, resource: null });
const OUTSIDE: Target = Object.freeze({ ...INSIDE, external: true });

/** Finds what a policy says of tools. */
export function compileTools(policy: Policy): (tool: string, agent: string) => ToolProgram {
  const catalog = compileCatalog(policy.tools);
  const defaults = compileDefaults(policy);
  const rules = new SelectorIndex(policy.rules);
  const limits = new SelectorIndex(policy.limits);
  const clauses = new Map(policy.rules.flatMap((rule) => (rule.on === "call" ? [[rule, clauseOf(rule)] as const] : [])));
  return (tool, agent) => {
    const found = catalog(tool);
    const { facts, entry, check } = found;
    const matching = rules.matching(facts.name, facts.effect, agent);
    const onCall = matching.flatMap((rule) => clauses.get(rule) ?? []);
    const counting = limits.matching(facts.name, facts.effect, agent);
    const target = targetOf(found);
    return {
      facts,
      check,
      isPlain: target !== undefined && counting.length === 0 && onCall.every(({ isPlain }) => isPlain),
      target,
      clauses: onCall,
      ...endToEnd(onCall),
      defaults: defaults(found),
      entry,
      rules: onCall.map(({ rule }) => rule),
      sets: onCall.filter(({ rule, isShadow }) => rule.set.length > 0 && !isShadow).map(({ rule }) => rule),
      results: matching.filter((rule) => rule.on === "result"),
      limits: counting,
    };
  };
}

function endToEnd(clauses: readonly Clause[]): Pick<ToolProgram, "parts" | "ends" | "steps"> {
  const ends: number[] = [];
  for (const { parts } of clauses) ends.push((ends.at(-1) ?? 0) + parts.length);
  return {
    parts: clauses.flatMap(({ parts }) => parts),
    ends,
    steps: clauses.map(({ steps }) => steps),
  };
}

function targetOf(found: CatalogFinding): Target | undefined {
  const { destination, resource } = found.entry ?? {};
  if (resource !== undefined || (destination !== undefined && destination !== "none")) return undefined;
  return staysOutside(found) ? OUTSIDE : INSIDE;
}

/** Whether a call that states no destination is external: all but reads are, unless the catalog says that nothing leaves. */
export function staysOutside({ facts, entry }: CatalogFinding): boolean {
  return entry?.destination !== "none" && facts.effect !== "read";
}

/** The defaults are the same for all known tools of a kind, and made once. */
function compileDefaults({ defaults }: Policy): (found: CatalogFinding) => Defaulting {
  const made = new Map<string, Defaulting>();
  const make = (found: CatalogFinding): Defaulting => ({
    inside: defaultRuling(defaults, found, false),
    outside: defaultRuling(defaults, found, true),
  });
  return (found) => {
    if (found.entry === undefined) return make(found);
    const key = `${found.facts.effect} ${found.facts.credential}`;
    const known = made.get(key) ?? make(found);
    made.set(key, known);
    return known;
  };
}
