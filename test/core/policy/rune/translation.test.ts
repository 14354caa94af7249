import { readFileSync } from "node:fs";
import { loadPolicy, translateRune } from "@sallyport/core";
import { expect, it } from "vitest";
import { problemsOf } from "../problems-of.ts";

const read = (name: string): string => readFileSync(`${import.meta.dirname}/${name}`, "utf8");

it("says of every kind of rule what it is in the native words, and where it comes from", () => {
  expect(translateRune(read("whole.yaml"))).toEqual(JSON.parse(read("whole.json")));
  expect(loadPolicy(read("whole.yaml")).source).toEqual(translateRune(read("whole.yaml")).document);
});

it("has nothing that the file does not say", () => {
  const { document, origins, ...rest } = translateRune(
    'version: "1.0"\nrules: [{ name: a, type: rate_limit, max_calls: 1, window_seconds: 1, action: block }]\n',
  );
  expect(Object.keys(document)).toEqual(["version", "name", "defaults", "limits"]);
  expect(document["name"]).toBe("rune-policy");
  expect(rest).toEqual({});
  expect(Object.keys(origins[0] ?? {})).toEqual(["id", "rule", "kind", "action", "line"]);
  const rules = translateRune('version: "1.0"\nrules: [{ name: a, scanner: pii, action: block }]\n').document;
  expect(Object.keys(rules)).toEqual(["version", "name", "defaults", "rules"]);
});

it.each([
  [1, "1s"],
  [59, "59s"],
  [60, "1m"],
  [61, "1m1s"],
  [3600, "1h"],
  [3661, "1h1m1s"],
  [86_400, "1d"],
  [86_400 * 10 + 36_000, "10d10h"],
  [93_784, "1d2h3m4s"],
])("%i seconds are a window of %s", (seconds, window) => {
  const text = `version: "1.0"\nrules: [{ name: a, type: rate_limit, max_calls: 1, window_seconds: ${seconds}, action: block }]\n`;
  expect(translateRune(text).document["limits"]).toEqual([{ id: "a", per: "agent.id", window, max: 1, decide: "deny" }]);
});

const rune = (...rules: readonly string[]) => `version: "1.0"\nrules:\n${rules.map((rule) => `  - ${rule}\n`).join("")}`;

it.each<[string, readonly string[]]>([
  [
    rune("{ name: a, scanner: pii, type: pii, action: block }"),
    [
      "3:30 rule `a` has a `scanner` and a `type`; leave one of them out",
      "3:36 `type` of rule `a` is `pii`; write `tool_allowlist`, `tool_denylist`, `rate_limit` or `data_protection`",
    ],
  ],
  [
    rune("{ name: a, type: tool_denylist, tools: [x], denied_tools: [y], action: block }"),
    ["3:49 rule `a` has `tools` and `denied_tools`, which say the same; leave one of them out"],
  ],
  [rune("{ name: a, scanner: tool_access, allowed_tools: [x], denied_tools: [y], action: block }"), []],
  [
    rune("{ name: a, scanner: pii, action: block }", "{ name: a, scanner: pii, action: log }"),
    ["4:13 the name `a` is used twice: first on line 3; rename one"],
  ],
  [
    rune("{ name: a, scanner: tool_access, blocked_parameters: [ok, a.b, 'x y', _a, $b-c, 1a], action: block }"),
    [
      "3:63 `a.b` in `blocked_parameters` of rule `a` is no name of an argument: neither paths nor values stand there",
      "3:68 `x y` in `blocked_parameters` of rule `a` is no name of an argument: neither paths nor values stand there",
      "3:85 `1a` in `blocked_parameters` of rule `a` is no name of an argument: neither paths nor values stand there",
    ],
  ],
  [
    rune(
      ...Array.from({ length: 20 }, (_, at) => `{ name: a${at}, type: tool_allowlist, tools: [x], action: block }`),
      "{ name: b, type: tool_allowlist, tools: [x], action: log }",
      "{ name: c, type: tool_denylist, tools: [x], action: block }",
    ),
    [],
  ],
  [
    rune(...Array.from({ length: 21 }, (_, at) => `{ name: a${at}, type: tool_allowlist, tools: [x], action: block }`)),
    ["23:5 more than 20 rules list allowed tools, and each allows what the others do; put them in one list"],
  ],
])("%s", (text, problems) => {
  expect(problemsOf(text)).toEqual(problems);
});

it.each([
  ["crdit_card", "did you mean `credit_card`?"],
  ["bank_account", "no data is called `bank_account`"],
  ["some-thing-else", "no data is called `some-thing-else`"],
  ["emial", "did you mean `email`?"],
  ["(", "cannot be compiled"],
])("the pattern %j is refused: %s", (pattern, says) => {
  expect(problemsOf(rune(`{ name: a, type: data_protection, patterns: ['${pattern}'], action: block }`))).toEqual([
    expect.stringContaining(says),
  ]);
});

it.each(["word", "a_", "_a", "A_b", "[a-z]+_id", "a__b"])("the pattern %j is one", (pattern) => {
  expect(translateRune(rune(`{ name: a, type: data_protection, patterns: ['${pattern}'], action: block }`)).document["detectors"]).toEqual({
    "pattern-1": { pattern },
  });
});
