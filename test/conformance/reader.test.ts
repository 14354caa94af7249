import { matrixOf, readCases } from "@sallyport/conformance";
import { expect, it } from "vitest";

const HEAD = `policy: |
  version: 1
  name: p
  boundary: { internal: [] }
tools:
  look: { args: { id: number } }
cases:
`;

/** What is wrong with a file of cases: a line each. */
function problemsOf(text: string): readonly string[] {
  try {
    readCases(text, "x.yaml");
    return [];
  } catch (error) {
    return error instanceof Error ? error.message.split("\n").slice(1) : [];
  }
}

const GOOD = "  - { name: a, model: [hi], steps: [{ user: go }], ledger: [] }\n";

it("reads a case, with what its file says for all of them", () => {
  const [read] = readCases(`${HEAD}${GOOD}`, "x.yaml");
  expect(read).toMatchObject({
    name: "a",
    principal: { id: "ann" },
    tools: [{ name: "look", args: [{ name: "id", type: "number" }] }],
    model: [[{ kind: "text", text: "hi" }]],
    steps: [{ kind: "user", stops: { paused: [] } }],
  });
});

it.each([
  ["- { name: a, model: [hi], steps: [{ user: go }], ledger: [], want: 1 }", "8:64: unknown key `want` in a case"],
  ["- { name: a, model: [hi], steps: [{ usr: go }], ledger: [] }", "8:37: a step is `restart`, or a mapping with one of user"],
  [
    "- { name: a, model: [hi], steps: [{ user: go, pause: [c1] }], ledger: [] }",
    "8:49: unknown key `pause` in a `user` step, did you mean `paused`?",
  ],
  [
    "- { name: a, model: [hi], steps: [{ store: { fails: always } }], ledger: [] }",
    "`fails` of `store` is `message` or `proposal` or `claim`",
  ],
  ["- { name: a, model: [hi], steps: [{ outside: x, says: y }], ledger: [] }", "unknown key `says` in a `outside` step"],
  ["- { name: a, model: [hi], steps: [{ user: go, denied: rule }], ledger: [] }", "`denied` of a `user` step is a list of texts"],
  ["- { name: a, model: [hi], steps: [{ start: [] }], ledger: [] }", "`start` of a `start` step is a text"],
  ["- { name: a, model: [hi], steps: [{ clock: soon }], ledger: [] }", "`clock` of a `clock` step is a duration"],
  ["- { name: a, model: [hi], steps: [{ user: go }] }", "`ledger` of a case is missing"],
  ["- { name: a, model: [hi], steps: [{ user: go }], ledger: [], ran: { look: often } }", "`look` ran a number of times"],
  ["- { name: a, model: [[{ call: look, arg: {} }]], steps: [{ user: go }], ledger: [] }", "unknown key `arg` in a turn of the model"],
  ["- { name: a, model: [hi], steps: [{ user: go }], ledger: [], policy: 'version: 2' }", "of the policy:"],
  [
    "- { name: a, model: [hi], steps: [{ user: go }], ledger: [], differs: { x: { reason: r } } }",
    "`probe` of what `x` differs in is a text",
  ],
  ["- { name: a, model: [], steps: [], ledger: [] }", "a case has a `model` and `steps`"],
])("says what is wrong, and where: %s", (written, problem) => {
  const problems = problemsOf(`${HEAD}  ${written}\n`);
  expect(problems.join("\n")).toContain(problem);
  for (const line of problems) expect(line).toMatch(/^x\.yaml:\d+:\d+: /);
});

it("prints a matrix", () => {
  const cell = { case: "a", differences: [] };
  const matrix = matrixOf([
    { ...cell, adapter: "one", status: "passed" },
    { ...cell, adapter: "two", status: "failed" },
    { ...cell, case: "longer", adapter: "two", status: "excused" },
  ]);
  expect(matrix.split("\n").map((line) => line.trimEnd())).toEqual([
    "case    one  two",
    "a        ✓    ✗",
    "longer        ~",
    "",
    "2 cases, 3 cells: 1 passed, 1 excused, 1 failed",
  ]);
});
