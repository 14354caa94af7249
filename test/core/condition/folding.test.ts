import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compileCondition } from "../../../packages/core/src/condition/compile.ts";
import { ConditionError } from "../../../packages/core/src/condition/fault.ts";
import type { Json } from "../../../packages/core/src/value.ts";
import { factsWith } from "./sample.ts";

const leaves: readonly Json[] = [0, 1, 2, "", "a", "b", true, false, null, [1, "a"], ["a", "b"], [], { a: 1 }];
const binary = ["&&", "||", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "in"];
const LEAF = /#(\d+)/g;
const macros = ["all", "exists", "exists_one", "filter", "map"];

/** A condition as text with `#n` for its leaves, and which leaf each stands for. */
const expression: fc.Arbitrary<string> = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.nat(leaves.length - 1).map((leaf) => `#${leaf}`),
    fc.tuple(fc.constantFrom(...binary), tie("tree"), tie("tree")).map(([operator, left, right]) => `(${left} ${operator} ${right})`),
    fc.tuple(tie("tree"), tie("tree"), tie("tree")).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    tie("tree").map((operand) => `(!${operand})`),
    fc.tuple(tie("tree"), fc.constantFrom(...macros), tie("tree")).map(([range, macro, body]) => `${range}.${macro}(x, ${body} == x)`),
    tie("tree").map((operand) => `size(${operand})`),
    fc.tuple(tie("tree"), tie("tree")).map(([container, index]) => `${container}[${index}]`),
  ),
})).tree;

test("what is computed at load, checked by types or compiled for literals is what is computed later", () => {
  fc.assert(
    fc.property(expression, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), (source, literal) => {
      const later = outcome(source.replace(LEAF, (_text, leaf: string) => `args.l${leaf}`));
      let count = 0;
      const mixed = source.replace(LEAF, (_text, leaf: string) =>
        literal[count++ % 40] === true ? JSON.stringify(leaves[Number(leaf)]) : `args.l${leaf}`,
      );
      const now = outcome(mixed);
      // what does not load would mostly have failed, but for an error that would have been absorbed
      if (now.loads) expect(now.value, mixed).toEqual(later.value);
    }),
    { numRuns: 20_000 },
  );
});

function outcome(source: string): { readonly loads: boolean; readonly value: Json } {
  const compiled = compileCondition(source, { use: "set" });
  if (!compiled.ok) return { loads: false, value: "error" };
  try {
    const value = compiled.expression.evaluate(factsWith(Object.fromEntries(leaves.map((leaf, index) => [`l${index}`, leaf]))));
    expect(compiled.expression.constant ?? value).toEqual(value);
    return { loads: true, value };
  } catch (error) {
    if (error instanceof ConditionError) return { loads: true, value: "error" };
    throw error;
  }
}
