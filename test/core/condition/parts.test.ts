import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Run } from "../../../packages/core/src/condition/code/run.ts";
import type { Expression, Scope } from "../../../packages/core/src/condition/expression.ts";
import type { Facts } from "../../../packages/core/src/condition/facts.ts";
import { runs } from "../../runs.ts";
import { factsWith, load } from "./sample.ts";

const facts = factsWith({ t: true, f: false, n: 1, s: "abc", list: [1, 2] });

/** Operands that are true, false, fail or are no boolean; quick to look at, or not. */
const operand = fc.constantFrom(
  "args.n == 1",
  "args.n == 2",
  "args.gone == 1",
  "args.s == 1",
  'args.s in ["abc", "b"]',
  "args.n > 1",
  "args.t",
  "args.f",
  "args.n",
  "args.lost",
  'args.s.matches("^a")',
  'args.s.startsWith("b")',
  "args.list.exists(x, x == 2)",
  "(args.t || args.gone == 2)",
  "(args.f && args.gone == 3)",
  "!args.lost",
  '"customer_data" in session.labels',
  '"customer_data" in principal.roles',
  "args.list == [1, 2]",
);
const chain = fc
  .tuple(fc.array(operand, { minLength: 1, maxLength: 5 }), fc.constantFrom(" && ", " || "))
  .map(([all, joint]) => all.join(joint));

function outcomeOf(expression: Expression, given: Facts): unknown {
  try {
    return expression.evaluate(given);
  } catch (error) {
    return String(error);
  }
}

/** What the parts say by themselves; undefined: they leave it to the whole. */
function byParts({ parts, steps }: Expression, given: Facts): boolean | undefined {
  const run = new Run(steps);
  try {
    for (const part of parts) {
      const value = part(given, run);
      if (value !== true) return value === false ? false : undefined;
    }
    return true;
  } catch {
    return undefined;
  }
}

const WHEN: Scope = { use: "when" };

describe("the parts of a condition", () => {
  it("say nothing else than the whole", () => {
    fc.assert(
      fc.property(chain, (source) => {
        const expression = load(source, WHEN);
        const said = byParts(expression, facts);
        if (said !== undefined) expect([source, outcomeOf(expression, facts)]).toEqual([source, said]);
      }),
      runs(2_000),
    );
  });

  it("are the same code where conditions share it", () => {
    const scope: Scope = { ...WHEN, shared: { codes: new Map(), places: new Map() } };
    fc.assert(
      fc.property(chain, (source) => {
        expect([source, outcomeOf(load(source, scope), facts)]).toEqual([source, outcomeOf(load(source, WHEN), facts)]);
      }),
      runs(2_000),
    );
    const [first, second] = [load("args.n == 1 && args.t", scope), load("args.f && args.n == 1", scope)];
    expect(second.parts[0]).toBe(first.parts[0]);
  });

  it.each([
    ["args.n == 1", "args.n == 1.0"],
    ['args.s == "a"', "args.s == r'a\\x61'"],
    ["args.`a.b` == 1", "args.`a-b` == 1"],
    ["args.n == 5", "args.n == 5u"],
    ["args.n - 1 == 0", "args.n - -1 == 0"],
    ['args["a.b"] == 1', "args.a.b == 1"],
    ['args.s.contains("a,b")', 'args.s.contains("a") || args.s.contains("b")'],
    ["args.list.all(x, x > 0)", "args.list.all(y, y > 1)"],
    ["[1, 2] == args.list", "[[1, 2]] == args.list"],
    ['{"a": 1} == args.o', '{"a": 2} == args.o'],
  ])("are not shared by `%s` and `%s`", (one, other) => {
    const shared: NonNullable<Scope["shared"]> = { codes: new Map(), places: new Map() };
    const scope: Scope = { ...WHEN, shared };
    load(`${one} && args.t`, scope);
    const before = shared.codes.size;
    load(`${other} && args.t`, scope);
    expect(shared.codes.size).toBeGreaterThan(before);
  });

  it("are looked at quick ones first, and the error is still that of the one that is written last", () => {
    expect(load('args.s.matches("^a") && args.n == 2', WHEN).parts).toHaveLength(2);
    // a text that takes more steps than there are is not read where a comparison says no
    const long = factsWith({ s: "a".repeat(200_000), n: 1 });
    expect(outcomeOf(load('args.s.matches("(b|c)") && args.n == 2', WHEN), long)).toBe(false);
    expect(outcomeOf(load('args.s.matches("(b|c)") && args.n == 1', WHEN), long)).toContain("100000 steps");
    expect(outcomeOf(load("args.lost && args.gone == 1 && args.missing", WHEN), facts)).toContain("args.missing");
    expect(outcomeOf(load("args.lost && args.gone == 1", WHEN), facts)).toContain("args.gone");
    expect(outcomeOf(load("args.gone == 1 && args.lost", WHEN), facts)).toContain("args.lost");
  });

  it("are looked at once each, however deep chains that fail stand in each other", () => {
    const nested = Array.from({ length: 60 }, (_, depth) => depth).reduce(
      (inner, depth) => (depth % 2 === 0 ? `(${inner} && args.lost)` : `(${inner} || args.lost)`),
      "args.list.exists(x, x == 9)",
    );
    // twice as many looks a level would never end
    expect(outcomeOf(load(nested, WHEN), facts)).toContain("args.lost");
  });
});
