import { Environment, type ParseResult } from "@marcbachmann/cel-js";
import { conditionText } from "../policy-text.ts";
import type { Effect } from "../workload.ts";
import { byTool } from "./by-tool.ts";
import { answerOf, noneMatched } from "./lattice.ts";
import type { Peer } from "./peer.ts";

interface Parsed {
  readonly id: string;
  readonly effect: Effect;
  readonly matches: ParseResult;
}

/** Conditions in CEL, each parsed once, in a map by tool. */
export const celJs: Peer = {
  name: "cel-js",
  rules: "all",
  prepare: ({ rules }) => {
    const environment = new Environment()
      .registerVariable("args", "map")
      .registerVariable("principal", "map")
      .registerVariable("session", "map");
    const parsed = new Map<string, readonly Parsed[]>();
    for (const [tool, list] of byTool(rules)) {
      parsed.set(
        tool,
        list.map(({ id, effect, tests }) => ({ id, effect, matches: environment.parse(conditionText(tests, celNumber)) })),
      );
    }
    return {
      adopt: ({ tool, args, principal, labels }) => {
        const context = { args, principal, session: { labels } };
        return () => {
          const matched = noneMatched();
          for (const { id, effect, matches } of parsed.get(tool) ?? []) if (matches(context) === true) matched[effect].push(id);
          return answerOf(matched);
        };
      },
    };
  },
};

/** JSON's numbers are doubles to it, and compare fastest with doubles. */
function celNumber(value: number): string {
  return `${value}.0`;
}
