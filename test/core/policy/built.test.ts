import { describe, expect, it } from "vitest";
import { loadPolicy, type Policy } from "@sallyport/core";
import { overlaps, parseArgsPath, parsePath } from "../../../packages/core/src/policy/build/path.ts";

/** A policy with its conditions as they were written. */
function written(policy: Policy): unknown {
  return JSON.parse(
    JSON.stringify(policy, (_, value: unknown) =>
      typeof value === "object" && value !== null && "evaluate" in value && "source" in value ? value.source : value,
    ),
  );
}

describe("a policy as it is built", () => {
  const least = loadPolicy(
    `version: 1
name: least
tools: { a: { effect: read } }
rules: [{ id: r, labels: [l] }]
limits: [{ id: l, per: principal.id, window: 1h, max: 1, decide: deny }]
workflows: [{ id: w, lifts: [q], steps: [{ tools: [a] }] }]
detectors: { d: { pattern: x } }
`.replace("rules: [", "rules: [{ id: q, decide: require_approval }, "),
  );
  const most = loadPolicy(
    `version: 1
name: most
boundary: { internal: [x.example] }
tools:
  a: { effect: write, trust: untrusted, labels: [t], credential: true, idempotent: true, destination: args.to, resource: args.what, input: { type: object, properties: { to: {}, what: {}, n: { type: number } } } }
defaults: { read: deny, write: allow, credential: require_approval }
rules:
  - { id: q, tools: [a], effects: [write], agents: [desk], when: args.n > 1, decide: require_approval, approval: { by: 'approver.id == "lea"', quorum: 2, expires: 1h30m, editable: [args.n] }, set: { args.n: '2' }, labels: [l], detect: [d], reason: why, severity: high, mode: shadow }
  - { id: k, on: result, keep: [id, a.b] }
  - { id: p, decide: require_approval }
limits: [{ id: l, tools: [a], effects: [write], agents: [desk], when: args.n > 1, per: principal.id, window: 2d, amount: args.n, max: 5, decide: require_approval, reason: sum, severity: low, mode: shadow }]
workflows: [{ id: w, lifts: [p], steps: [{ tools: [a], effects: [write], agents: [desk], when: args.n == 1 }] }]
detectors: { d: { pattern: x, kind: thing } }
`,
    { file: "most.yaml" },
  );

  it("holds what it says", () => {
    expect(written(least)).toMatchObject({
      name: "least",
      internal: [],
      tools: [{ key: "a", effect: "read", trust: "trusted", labels: [], credential: false, idempotent: false }],
      defaults: { read: "allow", write: "deny", side_effect: "deny", unclassified: "deny", external: "deny", credential: "deny" },
      rules: [
        {
          id: "q",
          on: "call",
          decide: "require_approval",
          approval: { quorum: 1, editable: [] },
          set: [],
          labels: [],
          mode: "enforce",
          line: 4,
        },
        { id: "r", on: "call", approval: { quorum: 1, editable: [] }, set: [], labels: ["l"], mode: "enforce", line: 4 },
      ],
      limits: [{ id: "l", per: "principal.id", window: 3_600_000, max: 1, decide: "deny", mode: "enforce", line: 5 }],
      workflows: [{ id: "w", lifts: ["q"], steps: [{ tools: ["a"] }], line: 6 }],
      detectors: [{ name: "d", kind: "d", pattern: "x" }],
    });
  });

  it("has the same keys whatever is said: what is left out is its own and undefined, so that nothing is inherited", () => {
    const keys = (value: object | undefined) => Object.keys(value ?? {}).toSorted((a, b) => (a < b ? -1 : 1));
    const left = (value: object | undefined) =>
      keys(Object.fromEntries(Object.entries(value ?? {}).filter(([, one]) => one === undefined)));
    const [asks, labels] = least.rules;
    expect(keys(labels)).toEqual(keys(most.rules[0]));
    expect(left(labels)).toEqual(["agents", "decide", "detect", "effects", "keep", "reason", "severity", "tools", "when"]);
    expect(keys(asks?.approval)).toEqual(keys(most.rules[0]?.approval));
    expect(left(asks?.approval)).toEqual(["by", "expires"]);
    expect(keys(least.limits[0])).toEqual(keys(most.limits[0]));
    expect(left(least.limits[0])).toEqual(["agents", "amount", "effects", "reason", "severity", "tools", "when"]);
    expect(keys(least.workflows[0]?.steps[0])).toEqual(keys(most.workflows[0]?.steps[0]));
    expect(left(least.workflows[0]?.steps[0])).toEqual(["agents", "effects", "when"]);
    expect(keys(least.tools[0])).toEqual(keys(most.tools[0]));
    expect(left(least.tools[0])).toEqual(["destination", "input", "resource"]);
    expect([left(least), left(most)]).toEqual([["file"], []]);
  });

  it("holds all that can be said", () => {
    expect(written(most)).toMatchObject({
      file: "most.yaml",
      internal: ["x.example"],
      tools: [
        {
          key: "a",
          effect: "write",
          trust: "untrusted",
          labels: ["t"],
          credential: true,
          idempotent: true,
          destination: "args.to",
          resource: "args.what",
          input: { type: "object" },
        },
      ],
      defaults: {
        read: "deny",
        write: "allow",
        side_effect: "deny",
        unclassified: "deny",
        external: "deny",
        credential: "require_approval",
      },
      rules: [
        {
          tools: ["a"],
          effects: ["write"],
          agents: ["desk"],
          when: "args.n > 1",
          decide: "require_approval",
          approval: { by: 'approver.id == "lea"', quorum: 2, expires: 5_400_000, editable: [["n"]] },
          set: [{ path: ["n"], value: "2" }],
          labels: ["l"],
          detect: ["d"],
          reason: "why",
          severity: "high",
          mode: "shadow",
        },
        { on: "result", keep: [["id"], ["a", "b"]] },
        { id: "p" },
      ],
      limits: [
        {
          tools: ["a"],
          effects: ["write"],
          agents: ["desk"],
          when: "args.n > 1",
          amount: "args.n",
          window: 172_800_000,
          max: 5,
          decide: "require_approval",
          reason: "sum",
          severity: "low",
          mode: "shadow",
        },
      ],
      workflows: [{ lifts: ["p"], steps: [{ tools: ["a"], effects: ["write"], agents: ["desk"], when: "args.n == 1" }] }],
      detectors: [{ name: "d", kind: "thing", pattern: "x" }],
    });
  });

  it("a workflow's digest changes with the rules that it lifts, and with no other", () => {
    const digest = (lifted: string, other: string) =>
      loadPolicy(`version: 1
name: t
rules: [{ id: q, decide: require_approval, reason: ${lifted} }, { id: z, decide: deny, tools: [a], reason: ${other} }]
workflows: [{ id: w, lifts: [q], steps: [{ tools: [b] }] }]
`).workflows[0]?.digest;
    expect(digest("a", "c")).toBe(digest("a", "d"));
    expect(digest("a", "c")).not.toBe(digest("b", "c"));
  });
});

it.each([
  ["a.b", ["a", "b"]],
  ["a", ["a"]],
  ["", undefined],
  ["a.", undefined],
  [".a", undefined],
  ["a..b", undefined],
  ["a. b", undefined],
  ["a .b", undefined],
  ["a.__proto__", undefined],
  ["__proto__", undefined],
  ["a b.c", ["a b", "c"]],
])("the path %j is %j", (text, keys) => {
  expect(parsePath(text)).toEqual(keys);
  expect(parseArgsPath(`args.${text}`)).toEqual(keys);
  expect(parseArgsPath(text)).toBeUndefined();
});

it.each<[readonly string[], readonly string[], boolean]>([
  [["a"], ["a"], true],
  [["a"], ["a", "b"], true],
  [["a", "b"], ["a"], true],
  [["a", "b"], ["a", "c"], false],
  [["a", "b"], ["c", "b"], false],
  [["b"], ["a", "b"], false],
  [["a", "b", "c"], ["a", "x"], false],
])("%j and %j overlap: %s", (a, b, both) => {
  expect(overlaps(a, b)).toBe(both);
});
