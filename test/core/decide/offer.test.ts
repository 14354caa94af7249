import { expect, it } from "vitest";
import { compileProgram, loadPolicy } from "@sallyport/core";
import { mightRun } from "../../../packages/core/src/decide/offer.ts";
import { programOf, REQUEST } from "./requests.ts";

/** Whether a tool is shown: `g` reads, `s` sends. */
function shown(rules: readonly string[], tool: "g" | "s" = "g"): boolean {
  const { args: _args, ...request } = REQUEST;
  const program = programOf(rules);
  return mightRun(program, { ...request, tool, session: { ...request.session, labels: ["l"] }, context: { device: "d" }, now: 5 });
}

it.each<[string, readonly string[], boolean]>([
  ["nothing is said of it", [], true],
  ["it is denied", ["{ id: a, tools: [g], decide: deny }"], false],
  ["only its results are", ["{ id: a, on: result, tools: [g], decide: deny }"], true],
  ["it is denied in shadow", ["{ id: a, tools: [g], decide: deny, mode: shadow }"], true],
  ["another one is denied", ["{ id: a, tools: [s], decide: deny }"], true],
  ["it is denied for what is known, and is so: the tool", [`{ id: a, when: 'tool.name == "g"', decide: deny }`], false],
  ["the principal", [`{ id: a, when: 'principal.id == "ann"', decide: deny }`], false],
  ["the agent", [`{ id: a, when: 'agent.id == "desk"', decide: deny }`], false],
  ["the context", [`{ id: a, when: 'context.device == "d"', decide: deny }`], false],
  ["the session", [`{ id: a, when: '"l" in session.labels', decide: deny }`], false],
  ["the time", [`{ id: a, when: 'now < timestamp("2000-01-01T00:00:00Z")', decide: deny }`], false],
  ["two of them", [`{ id: a, when: 'principal.id == "ann" && agent.id == "desk"', decide: deny }`], false],
  ["what is known, and is not so", [`{ id: a, when: 'agent.id == "other"', decide: deny }`], true],
  ["a deny that fails", [`{ id: a, when: 'principal.missing == 1', decide: deny }`], false],
  ["a deny that depends on args", [`{ id: a, when: 'args.x == 1', decide: deny }`], true],
  ["a deny that depends on args too", [`{ id: a, when: 'args.x == 1 || agent.id == "desk"', decide: deny }`], true],
  ["a deny that depends on what is found in args", [`{ id: a, detect: [pii], decide: deny }`], true],
  [
    "a deny whose args are written before",
    [`{ id: s, set: { args.x: '1' } }`, `{ id: a, when: 'agent.id == "desk"', decide: deny }`],
    true,
  ],
])("a tool is shown or hidden where %s", (_, rules, wanted) => {
  expect(shown(rules)).toBe(wanted);
});

const REFUSING =
  "tools: { g: { effect: write, destination: none }, s: { effect: side_effect }, out: { effect: write, destination: args.to } }\n";

it.each<[string, string, string, boolean]>([
  ["nothing allows it", "g", "", false],
  ["a rule allows it", "g", "rules: [{ id: a, tools: [g], decide: allow }]\n", true],
  ["a rule asks for it", "g", "rules: [{ id: a, tools: [g], decide: require_approval }]\n", true],
  ["a rule only labels it", "g", "rules: [{ id: a, tools: [g], labels: [x] }]\n", false],
  ["a rule only sets it", "g", "rules: [{ id: a, tools: [g], set: { args.x: '1' } }]\n", false],
  ["a rule allows it in shadow", "g", "rules: [{ id: a, tools: [g], decide: allow, mode: shadow }]\n", false],
  ["a rule may allow it for some args", "g", "rules: [{ id: a, tools: [g], when: args.x == 1, decide: allow }]\n", true],
  ["a rule allows it for somebody else", "g", "rules: [{ id: a, tools: [g], when: 'agent.id == \"other\"', decide: allow }]\n", false],
  [
    "a rule asks for it for somebody else",
    "g",
    "rules: [{ id: a, tools: [g], when: 'agent.id == \"other\"', decide: require_approval }]\n",
    false,
  ],
  ["an allow fails", "g", "rules: [{ id: a, tools: [g], when: principal.missing == 1, decide: allow }]\n", true],
  ["the default allows it", "g", "defaults: { write: allow }\n", true],
  ["the default asks for it", "g", "defaults: { write: require_approval }\n", true],
  ["it may stay inside", "out", "defaults: { write: allow }\n", true],
  ["it goes outside whatever its args are", "s", "defaults: { side_effect: allow }\n", false],
  ["outside is allowed", "s", "defaults: { side_effect: allow, external: allow }\n", true],
])("a tool that the defaults deny is shown or hidden where %s", (_, tool, more, wanted) => {
  const { args: _args, ...request } = REQUEST;
  expect(mightRun(compileProgram(loadPolicy(`version: 1\nname: t\n${REFUSING}${more}`)), { ...request, tool })).toBe(wanted);
});
