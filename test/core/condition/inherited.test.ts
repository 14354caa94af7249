import { expect, it } from "vitest";
import { compileCondition } from "../../../packages/core/src/condition/compile.ts";
import { withInherited } from "../inherited.ts";
import type { Facts } from "../../../packages/core/src/condition/facts.ts";

const FACTS: Facts = {
  tool: { name: "t", effect: "read", trust: "trusted", credential: false, labels: [] },
  args: { list: [1], none: {} },
  principal: { id: "ann" },
  agent: { id: "desk" },
  context: {},
  session: { id: "s", labels: [], steps: [] },
  destinations: [],
  external: false,
  resource: null,
  now: 0,
};
const INHERITED = { amount: 1, "3": 1, "0.5": 1 };

// a careless merge in the host app can put members on the prototype of every object; none of them is anybody's argument
it.each([
  "args.amount == 1",
  'args["amount"] == 1',
  "args.none.amount == 1",
  "principal.amount == 1",
  "context.amount == 1",
  "args.list[3] == 1",
  "args.list[0.5] == 1",
  "has(args.amount)",
  '"amount" in args',
  "args.none == {'amount': 1}",
])("does not find what is only inherited: `%s`", async (source) => {
  const compiled = compileCondition(source, { use: "when" });
  const value = (): unknown => {
    try {
      return compiled.ok && compiled.expression.evaluate(FACTS);
    } catch (error) {
      return error instanceof Error ? error.message : error;
    }
  };
  const before = value();
  expect(compiled.ok).toBe(true);
  expect(await withInherited(INHERITED, value)).toBe(before);
});
