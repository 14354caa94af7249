import { describe, expect, it } from "vitest";
import { compileSchema } from "../../../packages/core/src/json/schema.ts";
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

const keys = keysOf("", policyFormat).filter(([, { shape }]) => shape.kind !== "later");

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
    ["what is not there yet", { version: 1, name: "t", workflows: [] }],
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
