import type { Scope } from "../../condition/expression.ts";
import type { Effect } from "../../condition/facts.ts";
import { globCovers, globsOverlap, literalLength } from "../../condition/glob.ts";
import { joinTypes, typeOfSchema } from "../../condition/type.ts";
import type { CatalogEntry, Selector } from "../policy.ts";

/** Tools that a statement can be about and that have the same facts: the names that match a pattern and that one key of the catalog, or none, says the most of. */
export interface ToolGroup {
  readonly pattern: string;
  /** undefined: names that the catalog may not know */
  readonly entry?: CatalogEntry;
  readonly effect: Effect;
}

/** Finds the tools that a statement can be about. A group may turn out to hold no name; no name is in none. */
export type FindTools = (selector: Selector) => readonly ToolGroup[];

/** Makes a catalog ready to be asked which tools a statement can be about. */
export function indexTools(catalog: readonly CatalogEntry[]): FindTools {
  const globs = catalog.filter(({ key }) => isGlob(key)).sort((a, b) => literalLength(b.key) - literalLength(a.key));
  const exact = catalog.filter(({ key }) => !isGlob(key));
  const ranked = [...exact, ...globs];
  const named = new Map(exact.map((entry) => [entry.key, entry]));
  const found = new Map<string, readonly ToolGroup[]>();
  const groupsOf = (pattern: string): readonly ToolGroup[] => {
    const kept = found.get(pattern) ?? (isGlob(pattern) ? groupsOfGlob(pattern, ranked) : [groupOfName(pattern, named, globs)]);
    found.set(pattern, kept);
    return kept;
  };
  return ({ tools, effects }) =>
    (tools ?? ["*"]).flatMap(groupsOf).filter(({ effect }) => effects === undefined || effects.includes(effect));
}

function groupOfName(name: string, named: ReadonlyMap<string, CatalogEntry>, globs: readonly CatalogEntry[]): ToolGroup {
  const entry = named.get(name) ?? globs.find(({ key }) => globCovers(key, name));
  return entry === undefined ? { pattern: name, effect: "unclassified" } : { pattern: name, entry, effect: entry.effect };
}

/** From the most specific key on, until one matches all names that the pattern matches: then no other key says more of any. */
function groupsOfGlob(pattern: string, ranked: readonly CatalogEntry[]): readonly ToolGroup[] {
  const groups: ToolGroup[] = [];
  for (const entry of ranked) {
    if (!globsOverlap(pattern, entry.key)) continue;
    groups.push({ pattern: isGlob(entry.key) ? pattern : entry.key, entry, effect: entry.effect });
    if (globCovers(entry.key, pattern)) return groups;
  }
  return [...groups, { pattern, effect: "unclassified" }];
}

/** What is known of the args of the calls of some tools: something where each of them is known to have an input schema. */
export function argsOfTools(tools: readonly ToolGroup[]): Pick<Scope, "args"> {
  const inputs = tools.map(({ entry }) => entry?.input).filter((input) => input !== undefined);
  return inputs.length > 0 && inputs.length === tools.length ? { args: joinTypes([...new Set(inputs)].map(typeOfSchema)) } : {};
}

/** Whether a statement is about at least the calls that another is about, which can be about these tools. */
export function coversCalls(wide: Selector, narrow: Selector, tools: readonly ToolGroup[]): boolean {
  return coversAgents(wide, narrow) && tools.every((group) => coversGroup(wide, group));
}

function coversGroup({ tools, effects }: Selector, { pattern, entry, effect }: ToolGroup): boolean {
  if (effects !== undefined && !effects.includes(effect)) return false;
  return tools === undefined || tools.some((tool) => globCovers(tool, pattern) || (entry !== undefined && globCovers(tool, entry.key)));
}

function coversAgents(wide: Selector, narrow: Selector): boolean {
  return (
    wide.agents === undefined ||
    (narrow.agents?.every((agent) => wide.agents?.some((glob) => globCovers(glob, agent))) ??
      wide.agents.some((glob) => globCovers(glob, "*")))
  );
}

function isGlob(key: string): boolean {
  return key.includes("*");
}
