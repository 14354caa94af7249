import { describe, expect, it } from "vitest";
import { compileProgram, decide, loadPolicy } from "@sallyport/core";
import type { JsonObject } from "../../../packages/core/src/value.ts";
import { programOf, REQUEST } from "./requests.ts";

const errorsOf = (rules: readonly string[], args: JsonObject, more = "") =>
  decide(programOf(rules, more), { ...REQUEST, tool: "s", args }, () => 0).errors;

it.each<[string, readonly string[], JsonObject, object]>([
  [
    "two rules on one path",
    [
      "{ id: a, tools: [s], when: has(args.x), set: { args.x.y: '1' } }",
      "{ id: b, tools: [s], when: has(args.x), set: { args.x.y: '2' } }",
    ].map((rule, at) => (at === 0 ? rule : rule.replace("has(args.x)", "has(args.x.z)"))),
    { x: { z: 1 } },
    { rule: "b", message: "two matching rules set `args.x.y`" },
  ],
  [
    "a missing parent",
    ["{ id: a, tools: [s], set: { args.x.y: '1' } }"],
    {},
    { rule: "a", message: "`args.x.y` has no parent object to be set in" },
  ],
  [
    "a missing parent further down",
    ["{ id: a, tools: [s], set: { args.x.y.z: '1' } }"],
    { x: {} },
    { rule: "a", message: "`args.x.y.z` has no parent object to be set in" },
  ],
])("says what kept args from being set: %s", (_, rules, args, error) => {
  expect(errorsOf(rules, args)).toEqual([error]);
});

it.each<[string, string, JsonObject, string]>([
  ["an empty `per`", "per: args.who, window: 1h, max: 1", { who: "" }, "`per` is empty"],
  ["a negative amount", "per: args.who, window: 1h, max: 1, amount: args.n", { who: "a", n: -1 }, "`amount` is negative or no number"],
  [
    "an amount that is no number",
    "per: args.who, window: 1h, max: 1, amount: args.n",
    { who: "a", n: "1" },
    "the condition must yield a number, not a string",
  ],
])("says why a limit denies: %s", (_, limit, args, message) => {
  expect(errorsOf([], args, `limits: [{ id: l, tools: [s], ${limit}, decide: deny }]\n`)).toEqual([{ rule: "l", message }]);
});

it("lists what failed before and after the facts, and where the call would have gone", () => {
  const policy = loadPolicy(`version: 1
name: t
tools: { s: { effect: read, destination: args.to, resource: '"r" + args.r' } }
rules:
  - { id: a, tools: [s], when: args.m == 1, labels: [l] }
  - { id: b, tools: [s], when: args.x == 1, labels: [m], set: { args.y: '1' }, mode: shadow }
limits:
  - { id: l, tools: [s], per: args.p, window: 1h, max: 1, decide: deny, mode: shadow }
`);
  const decided = decide(compileProgram(policy), { ...REQUEST, tool: "s", args: { to: ["x", "y"], r: "1" } }, () => 0);
  expect(decided.errors.map(({ rule }) => rule)).toEqual(["l", "a", "b"]);
  expect(decided.target).toEqual({ destinations: ["x", "y"], external: true, resource: "r1" });
  expect(decided).toMatchObject({
    puts: ["l"],
    charges: [],
    shadow: ["b", "l"],
    masked: undefined,
    policyWrote: undefined,
    step: undefined,
  });
});

it("says what the policy wrote itself, and charges what limits count", () => {
  const program = programOf(
    ["{ id: a, tools: [s], set: { args.to: '\"boss@example.com\"', args.n: 'args.m', args.deep: '{\"k\": [\"v\"]}' }, labels: [set] }"],
    "limits: [{ id: l, tools: [s], per: args.to, window: 1h, amount: args.m, max: 9, decide: deny }]\n",
  );
  const decided = decide(program, { ...REQUEST, tool: "s", args: { m: 3 } }, () => 6);
  expect(decided).toMatchObject({
    decision: "allow",
    args: { m: 3, to: "boss@example.com", n: 3, deep: { k: ["v"] } },
    policyWrote: ["boss@example.com", "k", "v"],
    charges: [{ limit: "l", key: '"boss@example.com"', amount: 3 }],
    puts: ["set"],
  });
  expect(decide(program, { ...REQUEST, tool: "s", args: { m: 3, other: "boss@example.com" } }, () => 7)).toMatchObject({
    decision: "deny",
    rules: ["l"],
    policyWrote: ["k", "v"],
  });
});

describe("a call that is denied before its rules are looked at", () => {
  const policy = loadPolicy(`version: 1
name: t
tools:
  s: { effect: read, destination: args.to, input: { type: object, properties: { n: { type: number } } } }
rules:
  - { id: a, tools: [s], when: has(args.a), set: { args.x: '1' }, labels: [a, both] }
  - { id: b, tools: [s], when: has(args.b), set: { args.n: '"x"' }, labels: [b, both] }
  - { id: c, tools: [s], when: has(args.c) && args.c > 1, set: { args.z: '1' }, labels: [c] }
  - { id: d, tools: [s], when: has(args.d) && args.d > 1, set: { args.y: '1' }, decide: allow, labels: [d] }
`);
  const denied = (args: JsonObject) =>
    decide(compileProgram(policy), { ...REQUEST, tool: "s", args, session: { id: "s", labels: ["l"], steps: [] } }, () => 0);

  it.each<[string, JsonObject, object]>([
    ["args that do not fit", { n: "x", a: 1 }, { rules: ["invalid-args"], puts: [], args: null, errors: [] }],
    [
      "args that do not fit once they are set",
      { a: 1, b: 1, to: "x" },
      { rules: ["invalid-args"], puts: ["a", "both", "b"], args: null, errors: [] },
    ],
    [
      "a condition that fails: it labels all the same",
      { a: 1, c: "x" },
      { rules: ["error:set"], puts: ["a", "both", "c"], errors: [{ rule: "c", message: expect.any(String) }] },
    ],
    ["only that", { c: "x" }, { rules: ["error:set"], puts: ["c"] }],
    ["an allow that fails: it is none", { a: 1, d: "x" }, { rules: ["error:set"], puts: ["a", "both"] }],
    [
      "a destination that cannot be had",
      { a: 1 },
      {
        rules: ["error:destination"],
        puts: ["a", "both"],
        args: { a: 1, x: 1 },
        errors: [{ rule: "error:destination", message: expect.any(String) }],
      },
    ],
  ])("%s", (_, args, wanted) => {
    expect(denied(args)).toMatchObject({ decision: "deny", labels: ["l"], shadow: [], requirements: [], charges: [], ...wanted });
  });
});

describe("args that are settled", () => {
  const program = programOf(["{ id: a, tools: [s], when: has(args.a), set: { args.to: '\"boss\"', args.deep.x: '5' }, labels: [set] }"]);
  const settled = (given: JsonObject) => decide(program, { ...REQUEST, tool: "s", args: { a: 1, deep: {} }, settled: given }, () => 0);

  it("are not set again, and are the policy's where it wrote the same", () => {
    expect(settled({ a: 1, to: "boss", deep: { x: 5 } })).toMatchObject({
      args: { a: 1, to: "boss", deep: { x: 5 } },
      policyWrote: ["boss", 5],
      puts: ["set"],
    });
    expect(settled({ a: 1, to: "eve", deep: { x: 5 } })).toMatchObject({ args: { to: "eve" }, policyWrote: [5] });
    expect(settled({ a: 1, to: "eve", deep: "x" }).policyWrote).toBeUndefined();
    expect(settled({ a: 1, to: "boss", deep: "boss" }).policyWrote).toBeUndefined();
  });

  it("are those that run, also where no rule looks at them", () => {
    const plain = decide(programOf([]), { ...REQUEST, tool: "s", args: { a: 1 }, settled: { b: 2 } }, () => 0);
    expect(plain).toMatchObject({ decision: "allow", args: { b: 2 } });
  });

  it("stay what they are where nothing can be set any more", () => {
    const lost = decide(program, { ...REQUEST, tool: "s", args: { a: 1 }, settled: { b: 2 } }, () => 0);
    expect(lost).toMatchObject({ decision: "allow", args: { b: 2 }, errors: [], puts: ["set"], policyWrote: undefined });
  });
});

it("keeps the masked args of a denied call only", () => {
  const args = { text: "AKIAIOSFODNN7EXAMPLQ" };
  const decided = (verb: string) =>
    decide(programOf([`{ id: a, tools: [s], detect: [secrets], decide: ${verb} }`]), { ...REQUEST, tool: "s", args }, () => 0);
  expect(JSON.stringify(decided("deny").masked)).toMatch(/^\{"text":"\[/);
  expect(decided("require_approval").masked).toBeUndefined();
});
