import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileProgram, decide, loadPolicy, type Decision } from "@sallyport/core";

/** Rules on one tool whose conditions a request switches on and off. */
interface Drawn {
  readonly decide: "allow" | "deny" | "require_approval";
  readonly flag: number;
}

const STRICTNESS = { allow: 0, require_approval: 1, deny: 2 } as const;

const drawn = fc.array(
  fc.record<Drawn>({ decide: fc.constantFrom("allow", "deny", "require_approval"), flag: fc.integer({ min: 0, max: 5 }) }),
  { maxLength: 8 },
);
const flags = fc.array(fc.constantFrom(true, false, "missing" as const), { minLength: 6, maxLength: 6 });
const effect = fc.constantFrom("read", "write", "side_effect");

function decideWith(rules: readonly (Drawn & { readonly id: string })[], on: readonly (boolean | "missing")[], effectOf: string): Decision {
  const lines = rules.map(({ id, decide: says, flag }) => `  - { id: ${id}, tools: [t], when: args.f${flag}, decide: ${says} }`);
  const policy = loadPolicy(
    `version: 1\nname: lattice\ntools: { t: { effect: ${effectOf}, destination: none } }\n${lines.length === 0 ? "" : `rules:\n${lines.join("\n")}`}`,
  );
  const args = Object.fromEntries(on.flatMap((value, index) => (value === "missing" ? [] : [[`f${index}`, value]])));
  const request = {
    tool: "t",
    args,
    principal: { id: "ann" },
    agent: { id: "desk" },
    context: {},
    session: { id: "s", labels: [], steps: [] },
    now: 0,
  };
  return decide(compileProgram(policy), request, () => 0);
}

const named = (rules: readonly Drawn[]) => rules.map((rule, index) => ({ ...rule, id: `r${index}` }));

describe("the decision", () => {
  it("is deny over require_approval over allow over the default", () => {
    fc.assert(
      fc.property(drawn, flags, effect, (rules, on, effectOf) => {
        const matched = (says: string, also: readonly (boolean | "missing")[]) =>
          rules.some((rule) => rule.decide === says && also.includes(on[rule.flag] ?? false));
        const byDefault = effectOf === "read" ? "allow" : "deny";
        const rest = matched("require_approval", [true]) ? "require_approval" : matched("allow", [true]) ? "allow" : byDefault;
        const tightened = rest === "allow" && matched("require_approval", ["missing"]) ? "require_approval" : rest;
        const wanted = matched("deny", [true, "missing"]) ? "deny" : tightened;
        expect(decideWith(named(rules), on, effectOf).decision).toBe(wanted);
      }),
      { numRuns: 300 },
    );
  });

  it("does not depend on the order of the rules", () => {
    fc.assert(
      fc.property(drawn, flags, effect, fc.integer(), (rules, on, effectOf, seed) => {
        const list = named(rules);
        const shuffled = list
          .map((rule, index) => ({ rule, key: (seed ^ (index * 2_654_435_761)) >>> 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ rule }) => rule);
        const [a, b] = [decideWith(list, on, effectOf), decideWith(shuffled, on, effectOf)];
        expect(b.decision).toBe(a.decision);
        expect([...b.rules].sort()).toEqual([...a.rules].sort());
      }),
      { numRuns: 200 },
    );
  });

  it("is never loosened by one more deny rule", () => {
    fc.assert(
      fc.property(drawn, flags, effect, fc.integer({ min: 0, max: 5 }), (rules, on, effectOf, flag) => {
        const before = decideWith(named(rules), on, effectOf);
        const after = decideWith([...named(rules), { id: "more", decide: "deny", flag }], on, effectOf);
        expect(STRICTNESS[after.decision]).toBeGreaterThanOrEqual(STRICTNESS[before.decision]);
      }),
      { numRuns: 200 },
    );
  });
});
