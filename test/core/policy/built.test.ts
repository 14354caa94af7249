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

/** The keys of everything, also of what is undefined. */
function keysOf(value: unknown, at = ""): readonly string[] {
  if (typeof value !== "object" || value === null || "evaluate" in value) return [];
  return Object.entries(value).flatMap(([key, child]) => [`${at}${key}`, ...keysOf(child, `${at}${key}.`)]);
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

  it("holds what it says, and what it leaves out is not there", () => {
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
    const { source: _source, ...rest } = least;
    const given = ["key", "effect", "trust", "labels", "credential", "idempotent"].map((key) => `tools.0.${key}`);
    expect(keysOf(rest).filter((key) => key.startsWith("tools.0."))).toEqual(given);
    expect(
      keysOf(rest).filter((key) =>
        /undefined|file|when|detect$|keep|reason|severity|agents|effects|by$|expires|amount|destination|resource|input$/u.test(key),
      ),
    ).toEqual([]);
  });

  it("has a key for what is said, and none for what is not", () => {
    const keys = (value: object | undefined) => Object.keys(value ?? {}).toSorted((a, b) => (a < b ? -1 : 1));
    expect(keys(least.rules[1])).toEqual(["approval", "digest", "id", "labels", "line", "mode", "on", "set"]);
    expect(keys(least.rules[0]?.approval)).toEqual(["editable", "quorum"]);
    expect(keys(least.limits[0])).toEqual(["decide", "digest", "id", "line", "max", "mode", "per", "window"]);
    expect(keys(least.workflows[0]?.steps[0])).toEqual(["tools"]);
    expect(keys(least.tools[0])).toEqual(["credential", "effect", "idempotent", "key", "labels", "trust"]);
    expect([keys(least).includes("file"), keys(most).includes("file")]).toEqual([false, true]);
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
