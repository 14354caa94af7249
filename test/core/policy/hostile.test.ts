import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { problemsOf } from "./problems-of.ts";
import { supportDesk } from "./support-desk.ts";

const head = "version: 1\nname: t\n";

describe("YAML that is no policy", () => {
  it.each([
    ["nothing", "", "1:1 the policy is empty; start it with `version: 1`"],
    ["a comment", "# soon\n", "1:1 the policy is empty; start it with `version: 1`"],
    [
      "a list",
      "- 1\n",
      "1:1 the policy is a mapping with `version`, `name`, `boundary`, `tools`, `defaults`, `rules`, `limits`, `workflows` or `detectors`, not a list",
    ],
    ["a text", "hello\n", /^1:1 the policy is a mapping .* not `hello`$/],
    ["two documents", `${head}---\n${head}`, "3:1 a policy is one YAML document; leave out what follows `---`"],
    ["an open list", `${head}rules: [\n`, /^4:1 broken YAML: /],
    ["tabs", `${head}rules:\n\t- id: a\n`, /^4:1 broken YAML: tabs/],
    ["a list as a key", `${head}? [a]\n: x\n`, "3:3 broken YAML: a key is a name; a list or a mapping cannot be one"],
    ["a directive", `%YAML 1.1\n---\n${head}`, "1:1 the directive `%YAML 1.1` is not part of the format; leave it out"],
    ["a tag", `${head}rules: !!seq []\n`, "3:8 the tag `!!seq` is not part of the format; leave it out"],
    [
      "a condition that is a tag",
      `${head}rules:\n  - id: a\n    when: !external\n    decide: deny\n`,
      '5:11 the tag `!external` is not part of the format; if it is a condition, quote it: `when: "!external"`',
    ],
    [
      "a longer condition that is a tag",
      `${head}rules: [{ id: a, when: !external && tool.credential, decide: deny }]\n`,
      '3:24 the tag `!external` is not part of the format; if it is a condition, quote it: `when: "!external …"`',
    ],
    [
      "a rule one column to the left",
      `${head}rules:\n  - id: a\n    decide: deny\n - id: b\n    decide: allow\n  - id: c\n    decide: deny\n`,
      "6:1 broken YAML: a block sequence may not be used as an implicit map key; check the indentation of this line",
    ],
    [
      "a key one column to the left",
      `${head}rules:\n  - id: a\n   decide: deny\n`,
      "5:1 broken YAML: sequence item without - indicator; check the indentation of this line",
    ],
    [
      "a key one column to the right",
      `${head}rules:\n  - id: a\n    decide: deny\n     when: external\n  - id: b\n`,
      "6:9 broken YAML: this line goes on with what stands before it; check the indentation of this line",
    ],
    [
      "a tool one column to the left",
      `${head}tools:\n  a: { effect: read }\n b: { effect: read }\n  c: { effect: read }\n`,
      "5:1 broken YAML: all mapping items must start at the same column; check the indentation of this line",
    ],
    [
      "text with a colon",
      `${head}rules:\n  - id: a\n    reason: careful: mail\n`,
      "5:13 broken YAML: nested mappings are not allowed in compact mappings; put a text with `: ` in it in quotes",
    ],
    ["a file's name", "ops.yaml", "1:1 this looks like a path; hand over the file's text"],
    ["a path", "/etc/my policies/ops.YML\n", "1:1 this looks like a path; hand over the file's text"],
    ["a Windows path", "C:\\policies\\ops.yml", "1:1 this looks like a path; hand over the file's text"],
    ["a tag of somebody", `${head}limits:\n  - !js/function x\n`, "4:5 the tag `!js/function` is not part of the format; leave it out"],
    ["a key twice", `${head}name: u\n`, "3:1 the key `name` stands here twice: first on line 2"],
    [
      "a key twice within",
      `${head}tools: { r: { effect: read, effect: write } }\n`,
      "3:29 the key `effect` stands here twice: first on line 3",
    ],
    [
      "a merge key",
      `${head}tools: { r: { <<: {}, effect: read } }\n`,
      "3:15 merge keys (`<<`) are not part of the format; write the keys out",
    ],
    ["a prototype", `${head}tools: { __proto__: { effect: read } }\n`, "3:10 no key may be named `__proto__`; rename it"],
    [
      "half a character",
      `${head}rules: [{ id: "\\uD800", decide: deny }]\n`,
      "3:15 the text has half of a surrogate pair; write the whole character",
    ],
    [
      "no number",
      `${head}tools: { r: { effect: read, input: { maximum: .inf } } }\n`,
      "3:47 `.inf` is not a number that JSON has; write a finite one",
    ],
    ["an alias of nothing", `${head}rules: *none\n`, "3:8 no `&none` stands before the alias `*none`"],
    ["an alias before its anchor", `${head}rules: *later\nlimits: &later []\n`, "3:8 no `&later` stands before the alias `*later`"],
    ["an alias of itself", `${head}rules: &a [*a]\n`, "3:12 the alias `*a` stands within what it names; write it out"],
    [
      "an alias of what it is in",
      `${head}tools: &a { r: { effect: read, input: { x: *a } } }\n`,
      "3:44 the alias `*a` stands within what it names; write it out",
    ],
  ])("%s", (_, text, problem) =>
    expect(problemsOf(text)).toContainEqual(typeof problem === "string" ? problem : expect.stringMatching(problem)),
  );

  it("is said once", () => {
    expect(problemsOf(`${head}rules:\n  - id: a\n    decide: deny\n - id: b\n    decide: allow\n  - id: c\n`)).toHaveLength(1);
  });

  it("is no path where it has keys", () => {
    expect(problemsOf("{version: 1, name: ops.yaml}")).toEqual([]);
    expect(problemsOf("name: ops.yaml")).toEqual([expect.stringContaining("has no `version`")]);
  });

  it("is quoted without half characters", () => {
    for (const length of [400, 401])
      expect(problemsOf(`${head}${"x".repeat(length)}${"\u{1F431}".repeat(99)}: 1\n`).join()).not.toMatch(/\p{Surrogate}/u);
  });

  it("many aliases of much", () => {
    const lines = ["a: &a0 [x,x,x,x,x,x,x,x,x,x]"];
    for (let level = 1; level < 12; level++)
      lines.push(`l${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(",")}]`);
    expect(problemsOf(lines.join("\n"))).toContainEqual(expect.stringContaining("the aliases stand for more than 100000 values"));
  });

  it("a schema that much is read from once is fine", () => {
    const tools = Array.from({ length: 100 }, (_, index) => `  t${index}: { effect: read, input: *args }\n`).join("");
    expect(
      problemsOf(`${head}tools:\n  t: { effect: read, input: &args { type: object, properties: { n: { type: number } } } }\n${tools}`),
    ).toEqual([]);
  });
});

describe("YAML that is made to break the reader", () => {
  it.each(["[", "{a: ", "- ", "? ", "[{", "&a [", "{"])("50,000 times `%s`", (opening) => {
    expect(problemsOf(opening.repeat(50_000))).toEqual([
      expect.stringMatching(/^1:\d+ lists and mappings stand more than 100 deep in each other; make it flatter$/),
    ]);
  });

  it("lists in a rule, also where they are closed", () => {
    expect(problemsOf(`${head}rules: ${"[".repeat(50_000)}${"]".repeat(50_000)}\n`)).toEqual([
      "3:107 lists and mappings stand more than 100 deep in each other; make it flatter",
    ]);
  });

  it("10 MB", () => {
    expect(problemsOf(`${head}${"#".repeat(10_000_000)}`)).toEqual([
      "1:1 a policy has at most 4 MiB of text, this one has 10000019 characters",
    ]);
  });

  it("a key 50,000 times", () => {
    expect(problemsOf(`${head}rules:\n${"a:\n".repeat(50_000)}`).length).toBeGreaterThan(0);
  });
});

describe("a policy with slips", () => {
  const marks = [
    "",
    " ",
    "\n",
    "\t",
    "x",
    "0",
    "-",
    ":",
    ",",
    "[",
    "]",
    "{",
    "}",
    "'",
    '"',
    "|",
    ">",
    "&a ",
    "*a ",
    "!x ",
    "#",
    "?",
    "%",
    "\\",
    "\0",
    "\r",
    "\u{1F600}",
  ];
  const slip = fc.record({ at: fc.nat(supportDesk.length), cut: fc.nat(12), mark: fc.constantFrom(...marks) });

  it("loads or says where it is wrong, and nothing else happens", () => {
    fc.assert(
      fc.property(fc.array(slip, { minLength: 1, maxLength: 4 }), (slips) => {
        const text = slips.reduce((before, { at, cut, mark }) => before.slice(0, at) + mark + before.slice(at + cut), supportDesk);
        const lines = text.split("\n");
        return problemsOf(text).every((problem) => {
          const [, line, column] = /^(\d+):(\d+) ./.exec(problem) ?? [];
          return Number(column) >= 1 && Number(column) <= (lines[Number(line) - 1]?.length ?? -1) + 1;
        });
      }),
      { numRuns: 1000 },
    );
  });

  it("garbage is said to be wrong", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => problemsOf(text).length > 0));
  });
});
