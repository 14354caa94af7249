import type { Answer, Effect, PlainRequest, RuleSpec, Test } from "../workload.ts";
import { byTool } from "./by-tool.ts";
import { answerOf, noneMatched } from "./lattice.ts";
import type { Peer } from "./peer.ts";

/** What somebody writes who needs no policy language: functions in a map by tool. */
export const closures: Peer = {
  name: "closures",
  rules: "all",
  prepare: ({ rules }) => {
    const decide = compileClosures(rules);
    return { adopt: (request) => () => decide(request) };
  },
};

type Matches = (request: PlainRequest) => boolean;

interface Closure {
  readonly id: string;
  readonly effect: Effect;
  readonly matches: Matches;
}

/** Decides by closures: all that match count, deny over require_approval over allow; else deny. */
export function compileClosures(rules: readonly RuleSpec[]): (request: PlainRequest) => Answer {
  const compiled = new Map<string, readonly Closure[]>();
  for (const [tool, list] of byTool(rules)) {
    compiled.set(
      tool,
      list.map(({ id, effect, tests }) => ({ id, effect, matches: all(tests.map(closureOf)) })),
    );
  }
  return (request) => {
    const matched = noneMatched();
    for (const { id, effect, matches } of compiled.get(request.tool) ?? []) if (matches(request)) matched[effect].push(id);
    return answerOf(matched);
  };
}

/** `a && b && …` as it would be written by hand: no loop where there are few. */
function all(tests: readonly Matches[]): Matches {
  const [a, b, c, d] = tests;
  if (a === undefined) return () => true;
  if (b === undefined) return a;
  if (c === undefined) return (request) => a(request) && b(request);
  if (d === undefined) return (request) => a(request) && b(request) && c(request);
  return (request) => a(request) && b(request) && c(request) && d(request);
}

function closureOf(test: Test): Matches {
  switch (test.kind) {
    case "equals": {
      const { field, value } = test;
      return ({ args }) => args[field] === value;
    }
    case "prefix": {
      const { field, value } = test;
      return ({ args }) => String(args[field]).startsWith(value);
    }
    case "above": {
      const { field, value } = test;
      return ({ args }) => Number(args[field]) > value;
    }
    case "below": {
      const { field, value } = test;
      return ({ args }) => Number(args[field]) < value;
    }
    case "listed": {
      const { field, values } = test;
      return ({ args }) => values.includes(String(args[field]));
    }
    case "pattern": {
      const { field } = test;
      const pattern = new RegExp(`^${test.start}-[0-9]{4}-${test.end}$`);
      return ({ args }) => pattern.test(String(args[field]));
    }
    case "label": {
      const { label } = test;
      return ({ labels }) => labels.includes(label);
    }
    case "tenant": {
      const { tenant } = test;
      return ({ principal }) => principal.tenant === tenant;
    }
    case "role": {
      const { role } = test;
      return ({ principal }) => principal.roles.includes(role);
    }
  }
}
