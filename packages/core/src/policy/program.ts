import { compileGlob } from "../condition/glob.ts";
import type { Expression } from "../condition/expression.ts";
import type { Facts } from "../condition/facts.ts";
import { compileDetectors } from "../detect/detectors.ts";
import type { Detect } from "../detect/finding.ts";
import { compileBoundary } from "./boundary.ts";
import { compileCatalog, type CatalogFinding } from "./catalog.ts";
import { defaultsOf, type Default } from "./defaults.ts";
import type { Limit, Policy, Rule, Verb } from "./policy.ts";
import { SelectorIndex } from "./selector-index.ts";

/** All that the policy says about one tool when one agent calls it; rules and limits in file order. */
export interface ToolProgram extends CatalogFinding {
  /** where every call of it goes, where the catalog says so whatever the args are; undefined: it depends on them */
  readonly target: Target | undefined;
  /** rules on calls that rewrite args; they stand in `rules` too */
  readonly sets: readonly Rule[];
  readonly rules: readonly Rule[];
  /** the same rules as the decision reads them */
  readonly clauses: readonly Clause[];
  /** whether all of them are plain */
  readonly isPlain: boolean;
  readonly results: readonly Rule[];
  readonly limits: readonly Limit[];
  /** what is decided where no rule decides */
  readonly defaults: { readonly inside: Default; readonly outside: Default };
}

/** A rule on calls as the decision reads it: what it reads of each rule close together, alike in shape for all. */
export interface Clause {
  readonly id: string;
  readonly when: Expression | undefined;
  /** the parts of `when` and their steps; none without one */
  readonly parts: Expression["parts"];
  readonly steps: number;
  readonly decide: Rule["decide"];
  readonly labels: readonly string[];
  readonly isShadow: boolean;
  /** neither asks a detector nor rewrites args: only `when` says whether it matches */
  readonly isPlain: boolean;
  readonly rule: Rule;
}

/** Where a call goes, and what it is about. */
export type Target = Pick<Facts, "destinations" | "external" | "resource">;

/** A policy made ready to decide: indexed by tool, patterns compiled. */
export interface Program {
  readonly policy: Policy;
  /** rules and limits by id */
  readonly statements: ReadonlyMap<string, Rule | Limit>;
  /** whether any of them has a severity */
  readonly isGraded: boolean;
  /** what was said of them before, by id: the reasons of decisions */
  readonly reasons: Readonly<Record<Verb, Map<string, string>>>;
  /** Whether a destination is inside the boundary. */
  readonly inside: (destination: string) => boolean;
  /** What holds for a tool called by an agent; found once, then kept. */
  readonly lookup: (tool: string, agent: string) => ToolProgram;
  /** The rules on the texts that come in (or go out) where an agent works, in file order. */
  readonly texts: (place: "input" | "output", agent: string) => readonly Rule[];
  /** What finds for a rule that names detectors; the same for all rules that name the same ones. */
  readonly detectorOf: (rule: Rule) => Detect;
}

/** How many tools (and agents) are kept beside those that the policy may name: a model can make up names without end. */
const KEPT = 2_000;

/** Makes a policy ready to decide. */
export function compileProgram(policy: Policy): Program {
  const catalog = compileCatalog(policy.tools);
  const rules = new SelectorIndex(policy.rules);
  const limits = new SelectorIndex(policy.limits);
  const known = new ToolCache(KEPT + policy.tools.length + policy.rules.length);
  const texts = policy.rules.filter(({ on }) => on === "input" || on === "output");
  const spoken = texts.map((rule) => ({ rule, agents: rule.agents?.map(compileGlob) }));
  const detectors = compileDetects(policy);
  const statements = [...policy.rules, ...policy.limits];
  return {
    policy,
    statements: new Map(statements.map((statement) => [statement.id, statement])),
    reasons: { allow: new Map(), deny: new Map(), require_approval: new Map() },
    isGraded: statements.some(({ severity }) => severity !== undefined),
    inside: compileBoundary(policy.internal),
    lookup: (tool, agent) => known.get(tool, agent) ?? known.keep(tool, agent, compileTool(policy, catalog(tool), rules, limits, agent)),
    texts: (place, agent) =>
      spoken.filter(({ rule, agents }) => rule.on === place && (agents?.some((matches) => matches(agent)) ?? true)).map(({ rule }) => rule),
    detectorOf: ({ detect = [] }) => detectors.get(keyOf(detect)) ?? compileDetectors(detect, policy.detectors),
  };
}

/** The detectors of a policy's rules, by their names; they are made when the policy is, and so fail before anything depends on them. */
function compileDetects({ rules, detectors }: Policy): ReadonlyMap<string, Detect> {
  const asked = new Map(rules.flatMap(({ detect }) => (detect === undefined ? [] : [[keyOf(detect), detect] as const])));
  return new Map([...asked].map(([key, names]) => [key, compileDetectors(names, detectors)]));
}

function keyOf(names: readonly string[]): string {
  return JSON.stringify([...names].sort());
}

/** What was found for tools, by agent; everything is forgotten where there is too much. */
class ToolCache {
  readonly #agents = new Map<string, Map<string, ToolProgram>>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(tool: string, agent: string): ToolProgram | undefined {
    return this.#agents.get(agent)?.get(tool);
  }

  keep(tool: string, agent: string, program: ToolProgram): ToolProgram {
    const tools = this.#agents.get(agent) ?? new Map<string, ToolProgram>();
    if (tools.size >= this.#most) tools.clear();
    if (tools.size === 0 && this.#agents.size >= KEPT) this.#agents.clear();
    this.#agents.set(agent, tools.set(tool, program));
    return program;
  }
}

function compileTool(
  { defaults }: Policy,
  found: CatalogFinding,
  rules: SelectorIndex<Rule>,
  limits: SelectorIndex<Limit>,
  agent: string,
): ToolProgram {
  const { facts, entry } = found;
  const matching = rules.matching(facts.name, facts.effect, agent);
  const onCall = matching.filter((rule) => rule.on === "call");
  const fixed = entry?.resource === undefined && (entry?.destination === undefined || entry.destination === "none");
  const clauses = onCall.map(clauseOf);
  return {
    ...found,
    target: fixed ? Object.freeze({ destinations: Object.freeze([]), external: staysOutside(found), resource: null }) : undefined,
    sets: onCall.filter((rule) => rule.set.length > 0 && rule.mode === "enforce"),
    rules: onCall,
    clauses,
    isPlain: clauses.every(({ isPlain }) => isPlain),
    results: matching.filter((rule) => rule.on === "result"),
    limits: limits.matching(facts.name, facts.effect, agent),
    defaults: { inside: defaultsOf(defaults, found, false), outside: defaultsOf(defaults, found, true) },
  };
}

const ALWAYS: Pick<Expression, "parts" | "steps"> = { parts: [], steps: 0 };

function clauseOf(rule: Rule): Clause {
  const { id, when, decide, labels, mode, detect, set } = rule;
  const { parts, steps } = when ?? ALWAYS;
  return { id, when, parts, steps, decide, labels, isShadow: mode === "shadow", isPlain: detect === undefined && set.length === 0, rule };
}

/** Whether a call that states no destination is external: all but reads are, unless the catalog says that nothing leaves. */
export function staysOutside({ facts, entry }: CatalogFinding): boolean {
  return entry?.destination !== "none" && facts.effect !== "read";
}
