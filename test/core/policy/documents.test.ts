import { readFileSync } from "node:fs";
import { policyReference, policySchema } from "@sallyport/core";
import { describe, expect, it } from "vitest";

// what users and their editors read; `pnpm run docs` writes it anew
const written = (name: string) => readFileSync(`${import.meta.dirname}/../../../docs/${name}`, "utf8");

describe("docs that are made from the format", () => {
  it("say of every key, name and function what the code says", () => {
    expect(policyReference().split("\n")).toEqual(written("policy-reference.md").split("\n"));
  });

  it("check in editors what loading checks", () => {
    expect(policySchema()).toEqual(JSON.parse(written("policy.schema.json")));
  });
});
