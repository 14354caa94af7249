import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonical, compileProgram, decide, loadPolicy, type Policy, SallyportError } from "../../packages/core/src/index.ts";
import type { Json } from "../../packages/core/src/value.ts";
import { expression } from "../core/condition/differential/grammar.ts";
import { runs, within } from "../runs.ts";
import { anyText, grafted, mutated } from "./mutation.ts";
import { POLICIES, RUNE_FILES } from "./seeds.ts";
import { watchdog } from "./watchdog.ts";

const dog = watchdog("loadPolicy");
const SOURCES: readonly Json[] = POLICIES.map((text) => loadPolicy(text).source);

describe("the policy loader loads a text or says where it is wrong, whatever the text is", () => {
  const texts: readonly [string, fc.Arbitrary<string>, number][] = [
    ["policies with slips", mutated(POLICIES), 200],
    ["Rune files with slips", mutated(RUNE_FILES), 400],
    ["policies with other parts", grafted(SOURCES).map((value) => JSON.stringify(value)), 400],
    ["policies with generated conditions", conditions(), 200],
    ["any text", anyText(), 500],
    ["any text behind a head", anyText().map((text) => `version: 1\nname: t\nrules:\n  - ${text}`), 300],
  ];

  it.each(texts)("%s", { timeout: within(30_000) }, (_, text, short) => {
    fc.assert(
      fc.property(text, (given) => dog.watch(given, () => check(given))),
      runs(short),
    );
  });
});

it("what is wrong in a condition that was made of a Rune rule is wrong at the rule's place", () => {
  check('version: "1.0"\nrules:\n  - { name: r, scanner: tool_access, denied_tools: [\ud800"a"], action: block }\n');
  check('version: "1.0"\nrules:\n  - name: r\n    scanner: tool_access\n    denied_tools: [\ud800"db.drop*"]\n    action: block\n');
});

function conditions(): fc.Arbitrary<string> {
  const when = fc.oneof(
    expression("truth", "with mistakes").map(({ ours }) => ours),
    mutated([
      'has(args.a.b[0]) && args.to.all(t, domain(t) in ["example.com"]) || from_user(args) ? args.n > 3.5e2 : "x".matches("^[a-z]{2,}$")',
    ]),
  );
  return fc.record({ when, destination: when, set: when, by: when, on: fc.constantFrom("call", "result", "input", "output") }).map((made) =>
    JSON.stringify({
      version: 1,
      name: "t",
      tools: { t: { effect: "read", destination: made.destination } },
      rules: [
        { id: "a", on: made.on, when: made.when, decide: "deny" },
        { id: "b", set: { "args.x": made.set } },
        { id: "c", decide: "require_approval", approval: { by: made.by } },
      ],
    }),
  );
}

function check(text: string): void {
  const loaded = attempt(text);
  if ("policy" in loaded) checkPolicy(loaded.policy);
  else checkProblems(text, loaded.error);
}

function attempt(text: string): { readonly policy: Policy } | { readonly error: SallyportError } {
  try {
    return { policy: loadPolicy(text, { file: "p.yaml" }) };
  } catch (error) {
    if (SallyportError.isInstance(error)) return { error };
    throw error;
  }
}

/** Each problem has words, and a place that there is in the text. */
function checkProblems(text: string, { code, problems, message }: SallyportError): void {
  expect(code).toBe("invalid-policy");
  expect(problems.length).toBeGreaterThan(0);
  expect(message.split("\n")).toHaveLength(problems.length);
  const lines = text.replace(/^\ufeff/, "").split("\n");
  for (const problem of problems) {
    expect(problem.message).not.toBe("");
    const line = lines[problem.line - 1];
    expect(line, `line ${problem.line} of ${lines.length}: ${problem.message}`).toBeDefined();
    expect(problem.column, problem.message).toBeGreaterThanOrEqual(1);
    expect(problem.column, `${problem.message} (${JSON.stringify(line)})`).toBeLessThanOrEqual((line?.length ?? 0) + 1);
  }
}

/** It is what it says that it is: written out as plain data it loads as the same policy; and it decides. */
function checkPolicy(policy: Policy): void {
  const again = loadPolicy(JSON.stringify(policy.source), { file: "p.yaml" });
  expect(canonical(again.source)).toBe(canonical(policy.source));
  expect(again.rules.map(({ id, digest }) => [id, digest])).toEqual(policy.rules.map(({ id, digest }) => [id, digest]));
  const [program, other] = [compileProgram(policy), compileProgram(again)];
  for (const { key } of [...policy.tools.slice(0, 5), { key: "unheard" }]) {
    const request = {
      tool: key.replaceAll("*", "x"),
      args: { to: "eve@evil.example", amount: 7 },
      principal: { id: "ann", roles: ["support"] },
      agent: { id: "desk" },
      context: {},
      session: { id: "s", labels: ["untrusted"], steps: [] },
      now: 0,
    };
    const [mine, theirs] = [decide(program, request, () => 0), decide(other, request, () => 0)];
    expect({ ...theirs, policy: "" }).toEqual({ ...mine, policy: "" });
  }
}
