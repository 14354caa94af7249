import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Effect } from "../../../packages/core/src/condition/facts.ts";
import { compileGlob, globsOverlap, literalLength } from "../../../packages/core/src/condition/glob.ts";
import { coversCalls, indexTools } from "../../../packages/core/src/policy/check/calls.ts";
import type { CatalogEntry, Selector } from "../../../packages/core/src/policy/policy.ts";

const names = allNames(4);
const effects: readonly Effect[] = ["read", "write", "side_effect", "unclassified"];
const name = fc.constantFrom(...names);
const glob = fc.string({ unit: fc.constantFrom("a", "b", "*"), minLength: 1, maxLength: 4 });
const entry = fc.tuple(glob, fc.constantFrom(...effects)).map(([key, effect]) => keyed(key, effect));
const catalog = fc.uniqueArray(entry, { maxLength: 6, selector: ({ key }) => key }).filter(hasNoTie);
const selector = fc
  .tuple(selecting(glob, []), fc.option(fc.array(glob, { minLength: 1, maxLength: 3 })))
  .map(([rule, agents]): Selector => (agents === null ? rule : { ...rule, agents }));

describe("which calls a rule can be about", () => {
  it("every name that a rule matches is in a group of its effect and key", () => {
    fc.assert(
      fc.property(catalog, selector, (tools, rule) => {
        const groups = indexTools(tools)(rule);
        return names
          .filter((one) => matches(rule, one, tools))
          .every((one) =>
            groups.some(
              (group) => compileGlob(group.pattern)(one) && group.entry === keyOf(one, tools) && group.effect === effectOf(one, tools),
            ),
          );
      }),
    );
  });

  it("a rule that is said to be covered matches nothing that the other does not", () => {
    fc.assert(
      fc.property(catalog, selector, selector, (tools, wide, narrow) => {
        if (!coversCalls(wide, narrow, indexTools(tools)(narrow))) return true;
        const calls = names.filter((one) => matches(narrow, one, tools));
        return (
          calls.every((one) => matches(wide, one, tools)) &&
          (calls.length === 0 || names.every((agent) => !matchesAgent(narrow, agent) || matchesAgent(wide, agent)))
        );
      }),
      { numRuns: 2000 },
    );
  });

  it("of rules about named tools every covered one is found", () => {
    fc.assert(
      fc.property(catalog, selecting(glob, []), selecting(name, ["tools"]), (tools, wide, narrow) => {
        const really = names.filter((one) => matches(narrow, one, tools)).every((one) => matches(wide, one, tools));
        return coversCalls(wide, narrow, indexTools(tools)(narrow)) === really;
      }),
      { numRuns: 2000 },
    );
  });

  it("a glob that the catalog covers holds no unknown tool", () => {
    const tools = [keyed("w.*", "write"), keyed("w.read", "read"), keyed("*", "side_effect")];
    expect(indexTools(tools)(about("w.a*")).map(({ effect }) => effect)).toEqual(["write"]);
    expect(indexTools(tools)(about("w*")).map(({ effect }) => effect)).toEqual(["read", "write", "side_effect"]);
    expect(indexTools([])(about("w*")).map(({ effect }) => effect)).toEqual(["unclassified"]);
  });
});

function selecting(tool: fc.Arbitrary<string>, requiredKeys: ("tools" | "effects")[]): fc.Arbitrary<Selector> {
  const list = { minLength: 1, maxLength: 3 };
  return fc
    .record({ tools: fc.array(tool, list), effects: fc.array(fc.constantFrom(...effects), list) }, { requiredKeys })
    .map(({ tools, effects: some }) => ({ tools, effects: some, agents: undefined }));
}

function about(tool: string): Selector {
  return { tools: [tool], effects: undefined, agents: undefined };
}

function allNames(length: number): readonly string[] {
  const shorter = length === 0 ? [] : allNames(length - 1);
  return length === 0 ? [""] : [...new Set([...shorter, ...shorter.flatMap((text) => [`${text}a`, `${text}b`])])];
}

function hasNoTie(entries: readonly CatalogEntry[]): boolean {
  const globs = entries.filter(({ key }) => key.includes("*"));
  return globs.every((a) => globs.every((b) => a === b || literalLength(a.key) !== literalLength(b.key) || !globsOverlap(a.key, b.key)));
}

function keyed(key: string, effect: Effect): CatalogEntry {
  return {
    key,
    effect,
    trust: "trusted",
    labels: [],
    credential: false,
    idempotent: false,
    destination: undefined,
    resource: undefined,
    input: undefined,
  };
}

/** The key that says the most of a tool, found the slow way. */
function keyOf(tool: string, entries: readonly CatalogEntry[]): CatalogEntry | undefined {
  const globs = entries
    .filter(({ key }) => key.includes("*") && compileGlob(key)(tool))
    .toSorted((a, b) => literalLength(b.key) - literalLength(a.key));
  return entries.find(({ key }) => key === tool) ?? globs[0];
}

function effectOf(tool: string, entries: readonly CatalogEntry[]): Effect {
  return keyOf(tool, entries)?.effect ?? "unclassified";
}

function matches({ tools, effects: some }: Selector, tool: string, entries: readonly CatalogEntry[]): boolean {
  return (tools?.some((pattern) => compileGlob(pattern)(tool)) ?? true) && (some?.includes(effectOf(tool, entries)) ?? true);
}

function matchesAgent({ agents }: Selector, agent: string): boolean {
  return agents?.some((pattern) => compileGlob(pattern)(agent)) ?? true;
}
