import { describe, expect, it } from "vitest";
import { compileCondition } from "../../../packages/core/src/condition/compile.ts";
import { USES } from "../../../packages/core/src/condition/expression.ts";
import { MACROS } from "../../../packages/core/src/condition/functions/macros.ts";
import { FUNCTIONS } from "../../../packages/core/src/condition/functions/table.ts";
import { NAMES } from "../../../packages/core/src/condition/names.ts";
import { SESSION_MEMBERS, STEP_MEMBERS, TOOL_MEMBERS } from "../../../packages/core/src/condition/shapes.ts";
import { KINDS } from "../../../packages/core/src/detect/names.ts";
import { compileSchema } from "../../../packages/core/src/json/schema.ts";
import { PLACES } from "../../../packages/core/src/policy/format/condition-reference.ts";
import { checkShape } from "../../../packages/core/src/policy/format/conformity.ts";
import { policySchema } from "../../../packages/core/src/policy/format/json-schema.ts";
import { policyFormat } from "../../../packages/core/src/policy/format/policy-format.ts";
import { policyReference } from "../../../packages/core/src/policy/format/reference.ts";
import { loadPolicy } from "../../../packages/core/src/policy/load.ts";
import type { Key, RecordShape, Shape } from "../../../packages/core/src/policy/format/shape.ts";
import { readDocument } from "../../../packages/core/src/policy/text/document.ts";
import { collectProblems } from "../../../packages/core/src/policy/text/problems.ts";
import { valueOf } from "../../../packages/core/src/policy/text/written.ts";
import { supportDesk } from "./support-desk.ts";
import { problemsOf } from "./problems-of.ts";

const keys = keysOf("", policyFormat);

describe("the format", () => {
  it.each(keys)("%s: the example can be written so", (path, { shape, example }) => {
    const problems = collectProblems();
    const key = path.split(".").at(-1) ?? "";
    const written = valueOf(readDocument(`${key}: ${example}\n`, problems.report), key);
    if (written !== undefined) checkShape(written, shape, key, problems.report);
    expect(written).toBeDefined();
    expect(problems.list()).toEqual([]);
  });

  it.each(keys)("%s stands in the reference", (path, { says }) => {
    const row = policyReference()
      .split("\n")
      .find((line) => line.startsWith(`| \`${path.split(".").at(-1) ?? ""}\` | ${says}`));
    expect(row?.replaceAll("\\|", "").split("|")).toHaveLength(7);
  });
});

describe("the guide in the reference", () => {
  const examples = policyReference()
    .split("\n## ")
    .flatMap((section) =>
      section.includes("```yaml") ? [[/^.*/.exec(section)?.[0] ?? "", section.split("```")[1]?.slice(5) ?? ""] as const] : [],
    );

  it("has an example of each", () => {
    expect(examples.map(([title]) => title)).toEqual(["Origins", "Detectors", "Redaction", "Workflows"]);
  });

  it.each(examples)("the example of %s loads", (_, yaml) => {
    expect(problemsOf(`version: 1\nname: example\n${yaml}`)).toEqual([]);
  });

  it("names every detector and kind", () => {
    for (const [name, kinds] of Object.entries(KINDS)) for (const kind of kinds) expect(policyReference()).toContain(`\`${name}.${kind}\``);
  });
});

describe("the reference of conditions", () => {
  const reference = policyReference();
  const examples = [
    ...Array.from(FUNCTIONS, ([name, { example, uses }]) => [name, example, uses?.[0] ?? "when"] as const),
    ...macroExamples(),
  ];

  it.each(examples)("%s: the example calls it, compiles and stands there", (name, example, use) => {
    expect(example).toMatch(new RegExp(`\\b${name}\\(`));
    expect(compileCondition(example, { use })).toMatchObject({ ok: true });
    expect(reference).toContain(`\`${example.replaceAll("|", "\\|")}\` |`);
  });

  it.each([
    ["size", "size(string or list or object) → number"],
    ["contains", "string.contains(string) → boolean"],
    ["getHours", "(timestamp or duration).getHours([string]) → number"],
    ["min", "min(number or list, …) → number"],
    ["dyn", "dyn(any) → any"],
  ])("%s is written so", (name, signature) => {
    expect(reference).toContain(`| \`${signature}\` |`);
    expect(FUNCTIONS.has(name)).toBe(true);
  });

  it("has every name with the places where it may be read", () => {
    const columns = PLACES.map(([, uses]) => uses);
    expect(columns.flat().toSorted()).toEqual([...USES].toSorted());
    for (const [name, { uses }] of NAMES) {
      expect(reference).toContain(`| \`${name}\` |`);
      for (const column of columns) {
        const whens = column.filter((use) => use.startsWith("when"));
        expect([[], whens, column]).toContainEqual(column.filter((use) => uses.includes(use)));
      }
    }
  });

  it("has the members that conditions may read", () => {
    for (const [fact, members] of [
      ["tool", TOOL_MEMBERS],
      ["session", SESSION_MEMBERS],
      ["session.steps[0]", STEP_MEMBERS],
    ] as const)
      for (const name of Object.keys(members)) {
        expect(compileCondition(`${fact}.${name}`, { use: "set" })).toMatchObject({ ok: true });
        expect(reference).toContain(`| \`${name}\` |`);
      }
  });

  it("is a table of whole rows", () => {
    const tables = reference
      .trim()
      .split(/\n\n/)
      .filter((block) => block.startsWith("|"));
    for (const [head = "", ...rows] of tables.map((table) => table.split("\n")))
      for (const row of rows) expect(row.replaceAll("\\|", "").split("|")).toHaveLength(head.split("|").length);
  });
});

/** The examples of the macros, by name. */
function macroExamples(): readonly (readonly [string, string, "when"])[] {
  return Array.from(MACROS, ([name, { example }]) => [name, example, "when"] as const);
}

describe("the JSON Schema", () => {
  const schema = compileSchema(policySchema());

  it("takes the example", () => {
    expect(schema.ok && schema.check(loadPolicy(supportDesk).source)).toBeUndefined();
  });

  it.each([
    ["no version", { name: "t" }],
    ["an unknown key", { version: 1, name: "t", rulez: [] }],
    ["an unknown key of a rule", { version: 1, name: "t", rules: [{ id: "a", wen: "x" }] }],
    ["an unknown verb", { version: 1, name: "t", rules: [{ id: "a", decide: "blokk" }] }],
    ["no tools", { version: 1, name: "t", rules: [{ id: "a", tools: [], decide: "deny" }] }],
    ["a path that is none", { version: 1, name: "t", rules: [{ id: "a", set: { n: "1" } }] }],
    ["a window that is none", { version: 1, name: "t", limits: [{ id: "l", per: "agent.id", window: "soon", max: 1, decide: "deny" }] }],
    ["an empty workflow", { version: 1, name: "t", workflows: [{ id: "wf", lifts: ["a"], steps: [] }] }],
    ["no detectors to ask", { version: 1, name: "t", rules: [{ id: "a", on: "result", detect: [], decide: "redact" }] }],
    ["a detector without a pattern", { version: 1, name: "t", detectors: { ticket: { kind: "id" } } }],
  ])("refuses %s", (_, policy) => {
    expect(schema.ok && schema.check(policy)).toBeTypeOf("string");
  });
});

/** All keys of a record and of the records within it, with their paths. */
function keysOf(prefix: string, { keys: own }: RecordShape): readonly (readonly [string, Key])[] {
  return Object.entries(own).flatMap(([name, key]) => [[`${prefix}${name}`, key] as const, ...keysWithin(`${prefix}${name}.`, key.shape)]);
}

function keysWithin(prefix: string, shape: Shape): readonly (readonly [string, Key])[] {
  if (shape.kind === "list" || shape.kind === "table") return keysWithin(prefix, shape.of);
  return shape.kind === "record" ? keysOf(prefix, shape) : [];
}
