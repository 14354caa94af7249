import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { problemsOf } from "./problems-of.ts";

/** Texts that are, or are no, YAML that a policy is written in, and what is said of them. */
const CASES: readonly (readonly [text: string, problems: readonly string[]])[] = JSON.parse(
  readFileSync(`${import.meta.dirname}/yaml.json`, "utf8"),
);
const HEAD = "version: 1\nname: t\n";
const ONE_LINE = 500;

it.each(CASES)("%j", (text, problems) => {
  expect(problemsOf(text)).toEqual(problems);
});

describe("bounds", () => {
  it("lists and mappings stand 100 deep in each other, not more", () => {
    const deep = (levels: number) => problemsOf(`${HEAD}rules: ${"[".repeat(levels)}${"]".repeat(levels)}\n`);
    expect(deep(99)[0]).toMatch(/^3:9 a rule is a mapping with/u);
    expect(deep(100)).toEqual(["3:107 lists and mappings stand more than 100 deep in each other; make it flatter"]);
    const maps = (levels: number) =>
      problemsOf(`${HEAD}tools:\n${Array.from({ length: levels }, (_, at) => `${" ".repeat(at + 1)}a:\n`).join("")}`);
    expect(maps(99)[0]).not.toContain("deep");
    expect(maps(100)).toEqual(["103:101 lists and mappings stand more than 100 deep in each other; make it flatter"]);
  });

  it("a text is not longer than 4 Mi characters", () => {
    const long = (length: number) => problemsOf(`${HEAD}#${"x".repeat(length - HEAD.length - 1)}`);
    expect(long(4 * 1_048_576)).toEqual([]);
    expect(long(4 * 1_048_576 + 1)).toEqual(["1:1 a policy has at most 4 MiB of text, this one has 4194305 characters"]);
  });

  it("aliases stand for 100,000 values, not more", () => {
    // 1 + 99 values, a thousand and one times
    const aliased = (times: number) =>
      problemsOf(
        `${HEAD}boundary: { internal: &a [${Array.from({ length: 99 }, () => "x").join(", ")}] }\nrules: [${Array.from({ length: times }, () => "*a").join(", ")}]\n`,
      );
    expect(aliased(1000).filter((problem) => problem.includes("aliases"))).toEqual([]);
    expect(aliased(1001).filter((problem) => problem.includes("aliases"))).toEqual([
      expect.stringMatching(/^4:\d+ the aliases stand for more than 100000 values; write less with them$/u),
    ]);
  });

  it("a problem is one line of at most so many characters, and cuts none", () => {
    const said = (key: string) => problemsOf(`${HEAD}"${key}": 1\n`)[0]?.slice("3:1 ".length) ?? "";
    const around = said("").length;
    expect(said("x".repeat(600))).toHaveLength(ONE_LINE + 1);
    expect(said("x".repeat(600)).endsWith("x…")).toBe(true);
    for (const before of [470, 471, 472, 473, 474, 475, 476])
      expect(said(`${"x".repeat(before)}${"\u{1f600}".repeat(40)}`).isWellFormed()).toBe(true);
    expect(around).toBeLessThan(ONE_LINE);
  });
});
