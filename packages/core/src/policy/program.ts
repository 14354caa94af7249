import { compileGlob, literalLength } from "../condition/glob.ts";
import type { Effect, ToolFacts } from "../condition/facts.ts";
import { compileSchema } from "../json/schema.ts";
import { compileDetectors } from "../detect/detectors.ts";
import type { Detect } from "../detect/finding.ts";
import type { Json } from "../value.ts";
import { compileBoundary } from "./boundary.ts";
import type { CatalogEntry, Limit, Policy, Rule, Selector } from "./policy.ts";

/** All that the policy says about one tool when one agent calls it; rules and limits in file order. */
export interface ToolProgram {
  readonly facts: ToolFacts;
  /** the most specific key of the catalog; undefined: the tool is unknown */
  readonly entry: CatalogEntry | undefined;
  /** The first break of the tool's input schema, or undefined. */
  readonly check: (args: Json) => string | undefined;
  /** rules on calls that rewrite args; they stand in `rules` too */
  readonly sets: readonly Rule[];
  readonly rules: readonly Rule[];
  readonly results: readonly Rule[];
  readonly limits: readonly Limit[];
}

/** A policy made ready to decide: indexed by tool, patterns compiled. */
export interface Program {
  readonly policy: Policy;
  /** rules and limits by id */
  readonly statements: ReadonlyMap<string, Rule | Limit>;
  /** Whether a destination is inside the boundary. */
  readonly inside: (destination: string) => boolean;
  /** What holds for a tool called by an agent; found once, then kept. */
  readonly lookup: (tool: string, agent: string) => ToolProgram;
  /** The rules on the texts that come in (or go out) where an agent works, in file order. */
  readonly texts: (place: "input" | "output", agent: string) => readonly Rule[];
  /** What finds for a rule that names detectors; the same for all rules that name the same ones. */
  readonly detectorOf: (rule: Rule) => Detect;
}

type Matcher = (name: string) => boolean;

/** How many tools (and agents) are kept: a model can make up names without end. */
const KEPT = 2_000;

/** Makes a policy ready to decide. */
export function compileProgram(policy: Policy): Program {
  const catalog = compileCatalog(policy.tools);
  const rules = new SelectorIndex(policy.rules);
  const limits = new SelectorIndex(policy.limits);
  const agents = new Map<string, Map<string, ToolProgram>>();
  const texts = policy.rules.filter(({ on }) => on === "input" || on === "output");
  const spoken = texts.map((rule) => ({ rule, agents: rule.agents?.map(compileGlob) }));
  const detectors = compileDetects(policy);
  return {
    policy,
    statements: new Map([...policy.rules, ...policy.limits].map((statement) => [statement.id, statement])),
    inside: compileBoundary(policy.internal),
    lookup(tool, agent) {
      const tools = within(agents, agent, () => new Map<string, ToolProgram>());
      return within(tools, tool, () => compileTool(catalog(tool), rules, limits, agent));
    },
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

/** What is kept under a name, made where it is not; everything is forgotten where there are too many. */
function within<T>(kept: Map<string, T>, name: string, make: () => T): T {
  const known = kept.get(name);
  if (known !== undefined) return known;
  if (kept.size >= KEPT) kept.clear();
  const made = make();
  kept.set(name, made);
  return made;
}

interface CatalogFinding {
  readonly facts: ToolFacts;
  readonly entry: CatalogEntry | undefined;
  readonly check: (args: Json) => string | undefined;
}

function compileTool(found: CatalogFinding, rules: SelectorIndex<Rule>, limits: SelectorIndex<Limit>, agent: string): ToolProgram {
  const matching = rules.matching(found.facts.name, found.facts.effect, agent);
  const onCall = matching.filter((rule) => rule.on === "call");
  return {
    ...found,
    sets: onCall.filter((rule) => rule.set.length > 0 && rule.mode === "enforce"),
    rules: onCall,
    results: matching.filter((rule) => rule.on === "result"),
    limits: limits.matching(found.facts.name, found.facts.effect, agent),
  };
}

/** Exact key beats glob, the longer literal part beats the shorter; labels, untrusted and credential add up. */
function compileCatalog(entries: readonly CatalogEntry[]): (tool: string) => CatalogFinding {
  const exact = new Map(entries.map((entry) => [entry.key, entry]));
  const globs = entries
    .filter((entry) => entry.key.includes("*"))
    .map((entry) => ({ entry, matches: compileGlob(entry.key), length: literalLength(entry.key) }))
    .sort((a, b) => b.length - a.length);
  const checks = new Map(entries.map((entry) => [entry, compileCheck(entry)]));
  return (tool) => {
    const named = tool.includes("*") ? undefined : exact.get(tool);
    const all = [...(named === undefined ? [] : [named]), ...globs.filter((glob) => glob.matches(tool)).map((glob) => glob.entry)];
    const entry = all[0];
    return {
      facts: toolFacts(tool, all),
      entry,
      check: (entry && checks.get(entry)) ?? (() => undefined),
    };
  };
}

function toolFacts(name: string, all: readonly CatalogEntry[]): ToolFacts {
  const untrusted = all.length === 0 || all.some((entry) => entry.trust === "untrusted");
  return {
    name,
    effect: all[0]?.effect ?? "unclassified",
    trust: untrusted ? "untrusted" : "trusted",
    credential: all.some((entry) => entry.credential),
    labels: [...new Set(all.flatMap((entry) => entry.labels))].sort(),
  };
}

function compileCheck(entry: CatalogEntry): ((args: Json) => string | undefined) | undefined {
  if (entry.input === undefined) return undefined;
  const compiled = compileSchema(entry.input);
  // INVARIANT: the loader refused schemas that do not compile; should one come through, no args fit it
  return compiled.ok ? (args) => compiled.check(args) : () => `the input schema of \`${entry.key}\` does not compile`;
}

/** Statements found by tool: exact names by hash, globs and the unselective by trying them. */
class SelectorIndex<T extends Selector> {
  readonly #named = new Map<string, number[]>();
  readonly #tried: { readonly at: number; readonly tools: readonly Matcher[] | undefined }[] = [];
  readonly #agents: readonly (readonly Matcher[] | undefined)[];
  readonly #statements: readonly T[];

  constructor(statements: readonly T[]) {
    this.#statements = statements;
    this.#agents = statements.map((statement) => statement.agents?.map(compileGlob));
    for (const [at, { tools }] of statements.entries()) {
      for (const name of tools ?? []) if (!name.includes("*")) this.#nameAt(name, at);
      const globs = tools?.filter((name) => name.includes("*")).map(compileGlob);
      if (globs === undefined || globs.length > 0) this.#tried.push({ at, tools: globs });
    }
  }

  /** The statements about a tool with this effect that this agent calls, in file order. */
  matching(tool: string, effect: Effect, agent: string): readonly T[] {
    const at = new Set(this.#named.get(tool) ?? []);
    for (const tried of this.#tried) if (tried.tools === undefined || tried.tools.some((matches) => matches(tool))) at.add(tried.at);
    return [...at]
      .sort((a, b) => a - b)
      .filter((index) => this.#agents[index]?.some((matches) => matches(agent)) ?? true)
      .flatMap((index) => this.#statements[index] ?? [])
      .filter((statement) => statement.effects?.includes(effect) ?? true);
  }

  #nameAt(name: string, at: number): void {
    const list = this.#named.get(name);
    if (list === undefined) this.#named.set(name, [at]);
    else list.push(at);
  }
}
