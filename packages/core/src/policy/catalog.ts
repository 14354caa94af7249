import { compileGlob, literalLength } from "../condition/glob.ts";
import type { ToolFacts } from "../condition/facts.ts";
import { compileSchema } from "../json/schema.ts";
import type { Json } from "../value.ts";
import type { CatalogEntry } from "./policy.ts";

/** What the catalog says of one tool. */
export interface CatalogFinding {
  readonly facts: ToolFacts;
  /** the most specific key of the catalog; undefined: the tool is unknown */
  readonly entry: CatalogEntry | undefined;
  /** The first break of the tool's input schema, or undefined. */
  readonly check: (args: Json) => string | undefined;
}

/** Exact key beats glob, the longer literal part beats the shorter; labels, untrusted and credential add up. */
export function compileCatalog(entries: readonly CatalogEntry[]): (tool: string) => CatalogFinding {
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
    return { facts: toolFacts(tool, all), entry, check: (entry && checks.get(entry)) ?? acceptAll };
  };
}

function acceptAll(): undefined {
  return undefined;
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
