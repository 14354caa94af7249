import { expect, it } from "vitest";
import { compileProgram, decide, loadPolicy, type Decision } from "@sallyport/core";
import { digestOf } from "../../../packages/core/src/json/sha256.ts";
import { REQUEST } from "./requests.ts";

const policy = loadPolicy(`version: 1
name: t
tools: { w: { effect: write, destination: none }, s: { effect: side_effect }, c: { effect: read, credential: true } }
defaults: { side_effect: require_approval, external: require_approval, credential: require_approval }
rules:
  - { id: a, tools: [w], when: args.a == 1, decide: deny, severity: low }
  - { id: b, tools: [w], when: args.b == 1, decide: deny, severity: critical, reason: b says so }
  - { id: c, tools: [w], when: args.c == 1, decide: deny, severity: high }
  - { id: ask, tools: [w], when: args.ask == 1, decide: require_approval, approval: { by: 'approver.id == "lea"', quorum: 2, expires: 1m, editable: [args.a] } }
  - { id: ask-too, tools: [w], when: args.too == 1, decide: require_approval, severity: medium }
  - { id: ok, tools: [w], when: args.ok == 1, decide: allow }
limits:
  - { id: l, tools: [w], when: args.l == 1, per: principal.id, window: 1h, max: 0, decide: require_approval }
  - { id: stop, tools: [w], when: args.stop == 1, per: principal.id, window: 1h, max: 0, decide: deny }
`);
const NOTHING = { a: 0, b: 0, c: 0, ask: 0, too: 0, ok: 0, l: 0, stop: 0 };
const ruled = (tool: string, args: Partial<typeof NOTHING> = {}): Decision =>
  decide(compileProgram(policy), { ...REQUEST, tool, args: { ...NOTHING, ...args } }, () => 0);
const digests = new Map([...policy.rules, ...policy.limits].map(({ id, digest }) => [id, digest]));
const asks = (rule: string, more: object = {}) => ({ rule, digest: digests.get(rule), quorum: 1, editable: [], ...more });
const byDefault = (rule: string) => ({ rule, digest: digestOf([rule, "require_approval"]), quorum: 1, editable: [] });
const ASK = asks("ask", { quorum: 2, editable: [["a"]], by: 'approver.id == "lea"', expires: 60_000 });

it.each<[string, Decision, object]>([
  ["one rule", ruled("w", { a: 1 }), { decision: "deny", rules: ["a"], reason: "rule `a` denies it", severity: "low", requirements: [] }],
  ["its reason", ruled("w", { b: 1 }), { rules: ["b"], reason: "b says so", severity: "critical" }],
  [
    "the first of several, and the gravest",
    ruled("w", { a: 1, b: 1, c: 1 }),
    { rules: ["a", "b", "c"], reason: "rule `a` denies it", severity: "critical" },
  ],
  ["the gravest that stands last", ruled("w", { a: 1, c: 1 }), { severity: "high" }],
  ["a rule and a limit", ruled("w", { c: 1, stop: 1 }), { rules: ["c", "stop"], reason: "rule `c` denies it", severity: "high" }],
  [
    "a limit",
    ruled("w", { stop: 1 }),
    { decision: "deny", rules: ["stop"], reason: "limit `stop` denies it", severity: undefined, requirements: [] },
  ],
  [
    "an allow",
    ruled("w", { ok: 1 }),
    { decision: "allow", rules: ["ok"], reason: "rule `ok` allows it", severity: undefined, requirements: [] },
  ],
  [
    "a question",
    ruled("w", { ask: 1 }),
    { decision: "require_approval", rules: ["ask"], reason: "rule `ask` requires an approval", requirements: [ASK] },
  ],
  [
    "two questions",
    ruled("w", { ask: 1, too: 1 }),
    { rules: ["ask", "ask-too"], severity: "medium", requirements: [ASK, asks("ask-too")] },
  ],
  ["a question and a limit's", ruled("w", { ask: 1, l: 1 }), { rules: ["ask", "l"], requirements: [ASK, asks("l")] }],
  [
    "a limit's question tightens an allow",
    ruled("w", { ok: 1, l: 1 }),
    { decision: "require_approval", rules: ["l"], reason: "limit `l` requires an approval", requirements: [asks("l")] },
  ],
  [
    "a limit's question never loosens",
    ruled("w", { l: 1 }),
    { decision: "deny", rules: ["default:write"], reason: "no rule decides; `default:write` denies it" },
  ],
  ["an allow does not loosen a question", ruled("w", { ok: 1, ask: 1 }), { decision: "require_approval", rules: ["ask"] }],
  ["nor a deny", ruled("w", { ok: 1, a: 1, ask: 1 }), { decision: "deny", rules: ["a"], requirements: [] }],
  [
    "the defaults that are as strict",
    ruled("s"),
    {
      decision: "require_approval",
      rules: ["default:side_effect", "default:external"],
      reason: "no rule decides; `default:side_effect` requires an approval",
      requirements: [byDefault("default:side_effect"), byDefault("default:external")],
    },
  ],
  [
    "the strictest default",
    ruled("c"),
    {
      rules: ["default:credential"],
      reason: "no rule decides; `default:credential` requires an approval",
      requirements: [byDefault("default:credential")],
    },
  ],
  [
    "of what the catalog does not know",
    ruled("x"),
    { decision: "deny", rules: ["default:unclassified"], reason: "no key of the catalog matches `x`; `default:unclassified` denies it" },
  ],
])("a decision says who decides: %s", (_, decision, wanted) => {
  expect(decision).toMatchObject(wanted);
});

it("asks for no more than a rule says", () => {
  expect(Object.keys(ruled("w", { too: 1 }).requirements[0] ?? {}).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    "digest",
    "editable",
    "quorum",
    "rule",
  ]);
});
