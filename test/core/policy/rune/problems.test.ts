import { describe, expect, it } from "vitest";
import { loadPolicy } from "../../../../packages/core/src/policy/load.ts";
import { problemsOf } from "../problems-of.ts";
import { expectSlips } from "../slip-cases.ts";

/** A file with these lines in its first rule, which starts on line 3. */
const rule = (...lines: readonly string[]): string => `version: "1.0"\nrules:\n  - ${lines.join("\n    ")}\n`;

/** A file with these rules, each on a line, the first on line 3. */
const rules = (...lines: readonly string[]): string => `version: 1.0\nrules:\n${lines.map((line) => `  - {${line}}\n`).join("")}`;

const FILE = "a Rune policy (version `1.0`; a native one has version `1`)";
const SCANNERS = "`tool_access`, `pii`, `pii_detection`, `prompt_injection`, `jailbreak`, `data_exfiltration` or `tool_call`";
const TYPES = "`tool_allowlist`, `tool_denylist`, `rate_limit` or `data_protection`";
const COMMON = "`name`, `description`, `scanner`, `type`, `direction`, `action` or `severity`";
const DATA =
  "`pii`, `ssn`, `credit_card`, `email`, `phone`, `phone_number`, `iban`, `passport`, `ip_address`, `address`, `secrets`, `credentials`, `api_key`, `password`, `private_key`, `jwt`";

expectSlips([
  [
    "the whole file",
    [
      [
        'version: "1.0"\n',
        `1:1 ${FILE} has no \`rules\`; write it, for example \`rules: [{ name: no-pii, scanner: pii, action: block }]\``,
      ],
      ["version: 1.0\nrules: []\n", `2:8 \`rules\` of ${FILE} is an empty list; name something in it, or leave it out`],
      ["version: 1.0\nrules:\n", `2:7 \`rules\` of ${FILE} takes a list of rules, not nothing`],
      ["version: 1.0\nrules: { a: b }\n", `2:8 \`rules\` of ${FILE} takes a list of rules, not a mapping`],
      [
        `boundary: { internal: [] }\nrule: 1\n${rules("name: a, scanner: pii, action: log")}`,
        `1:1 unknown key \`boundary\` in ${FILE}; it takes \`version\`, \`name\`, \`description\` or \`rules\``,
        `2:1 unknown key \`rule\` in ${FILE}, did you mean \`rules\`?`,
      ],
      [
        `name: 5\n${rules("name: a, scanner: pii, action: log")}`,
        `1:7 \`name\` of ${FILE} takes a name, not \`5\`; put it in quotes: \`"5"\``,
      ],
      [`description:\n${rules("name: a, scanner: pii, action: log")}`, `1:13 \`description\` of ${FILE} takes text, not nothing`],
      [
        "version: 1.0\nrules: [block it]\n",
        `2:9 rule 1 is a mapping with \`name\`, \`description\`, \`scanner\`, \`type\`, \`direction\`, \`action\`, \`severity\`, \`allowed_tools\`, \`denied_tools\`, \`blocked_parameters\`, \`tools\`, \`max_calls\`, \`window_seconds\` or \`patterns\`, not \`block it\``,
      ],
    ],
  ],
  [
    "what a rule is",
    [
      [rule("name: a", "scanner: toxicity", "action: block"), `4:14 \`scanner\` of rule \`a\` is \`toxicity\`; write ${SCANNERS}`],
      [
        rule("name: a", "scanner: prompt_injections", "action: block"),
        `4:14 \`scanner\` of rule \`a\` is \`prompt_injections\`; write ${SCANNERS}, did you mean \`prompt_injection\`?`,
      ],
      [
        rule("name: a", "type: tool_alowlist", "action: block"),
        `4:11 \`type\` of rule \`a\` is \`tool_alowlist\`; write ${TYPES}, did you mean \`tool_allowlist\`?`,
      ],
      [rule("name: a", "scanner: [pii]", "action: block"), `4:14 \`scanner\` of rule \`a\` is a list; write ${SCANNERS}`],
      [
        rule("name: a", "action: block"),
        `3:5 rule \`a\` has neither \`scanner\` nor \`type\`; write \`scanner\` with ${SCANNERS}, or \`type\` with ${TYPES}`,
      ],
      [
        rule("name: a", "scanner: pii", "type: rate_limit", "action: block"),
        "5:5 rule `a` has a `scanner` and a `type`; leave one of them out",
      ],
      [rule("scanner: pii", "action: block"), "3:5 rule 1 has no `name`; write it, for example `name: restrict-functions`"],
      [rule("name: ''", "scanner: pii", "action: block"), "3:11 `name` of rule `` takes a name, not `''`"],
      [rule("name: a", "scanner: pii"), "3:5 rule `a` has no `action`; write it, for example `action: block`"],
      [rule("name: a", "scanner: pii", "action: deny"), "5:13 `action` of rule `a` is `deny`; write `block`, `log` or `alert`"],
      [
        rule("name: a", "scanner: pii", "action: Block"),
        "5:13 `action` of rule `a` is `Block`; write `block`, `log` or `alert`, did you mean `block`?",
      ],
      [
        rule("name: a", "scanner: pii", "action: block", "direction: sideways"),
        "6:16 `direction` of rule `a` is `sideways`; write `input` or `output`",
      ],
      [
        rule("name: a", "scanner: pii", "action: block", "severity: severe"),
        "6:15 `severity` of rule `a` is `severe`; write `low`, `medium`, `high` or `critical`",
      ],
      [
        rule("name: a", "scanner: pii", "action: block", "severty: high"),
        "6:5 unknown key `severty` in rule `a`, did you mean `severity`?",
      ],
      [rule("name: a", "scanner: pii", "action: block", "enabled: false"), `6:5 unknown key \`enabled\` in rule \`a\`; it takes ${COMMON}`],
      [rule("name: a", "scanner: pii", "action: block", "tools: [x]"), `6:5 unknown key \`tools\` in rule \`a\`; it takes ${COMMON}`],
      [
        rules("name: a, scanner: pii, action: log", "name: b, scanner: pii, action: log", "name: a, scanner: toxicity, action: log"),
        "5:12 the name `a` is used twice: first on line 3; rename one",
        `5:24 \`scanner\` of rule \`a\` is \`toxicity\`; write ${SCANNERS}`,
      ],
    ],
  ],
  [
    "tools",
    [
      [
        rule("name: a", "scanner: tool_access", "action: block"),
        "3:5 rule `a` has no `allowed_tools`, `denied_tools` or `blocked_parameters`; it is about nothing without",
      ],
      [
        rule("name: a", "scanner: tool_access", "action: block", "allowed_tools: []"),
        "6:20 `allowed_tools` of rule `a` is an empty list; name something in it, or leave it out",
      ],
      [
        rule("name: a", "scanner: tool_access", "action: block", "denied_tools: rm"),
        "6:19 `denied_tools` of rule `a` takes a list of names, not `rm`",
      ],
      [
        rule("name: a", "scanner: tool_access", "action: block", "allowed_tools: [x, 5, '']"),
        '6:24 an item of `allowed_tools` of rule `a` takes a name, not `5`; put it in quotes: `"5"`',
        "6:27 an item of `allowed_tools` of rule `a` takes a name, not `''`",
      ],
      [
        rule("name: a", "scanner: tool_access", "action: block", "allow_tools: [x]"),
        "3:5 rule `a` has no `allowed_tools`, `denied_tools` or `blocked_parameters`; it is about nothing without",
        "6:5 unknown key `allow_tools` in rule `a`, did you mean `allowed_tools`?",
      ],
      [
        rule("name: a", "scanner: tool_access", "action: block", "blocked_parameters: [ok, a.b, rm -rf]"),
        "6:30 `a.b` in `blocked_parameters` of rule `a` is no name of an argument: neither paths nor values stand there",
        "6:35 `rm -rf` in `blocked_parameters` of rule `a` is no name of an argument: neither paths nor values stand there",
      ],
      [
        rule("name: a", "type: tool_allowlist", "action: block"),
        "3:5 rule `a` has no `tools` or `allowed_tools`; it is about nothing without",
      ],
      [
        rule("name: a", "type: tool_denylist", "action: block", "tools: [x]", "denied_tools: [y]"),
        "7:5 rule `a` has `tools` and `denied_tools`, which say the same; leave one of them out",
      ],
    ],
  ],
  [
    "limits and data",
    [
      [
        rule("name: a", "type: rate_limit", "action: block"),
        "3:5 rule `a` has no `max_calls`; write it, for example `max_calls: 100`",
        "3:5 rule `a` has no `window_seconds`; write it, for example `window_seconds: 60`",
      ],
      [
        rule("name: a", "type: rate_limit", "action: block", "max_calls: many", "window_seconds: 0.5"),
        "6:16 `max_calls` of rule `a` takes a whole number from 1, not `many`",
        "7:21 `window_seconds` of rule `a` takes a whole number from 1, not `0.5`",
      ],
      [
        rule("name: a", "type: data_protection", "action: block"),
        "3:5 rule `a` has no `patterns`; write it, for example `patterns: [ssn, credit_card]`",
      ],
      [
        rule("name: a", "type: data_protection", "action: block", "patterns: [ssn, credit_crad]"),
        "6:21 `patterns` of rule `a`: no data is called `credit_crad`, did you mean `credit_card`?; to find these letters write the pattern `(?:credit_crad)`",
      ],
      [
        rule("name: a", "type: data_protection", "action: block", "patterns:", "  - ssn", "  - bank_account"),
        `8:9 \`patterns\` of rule \`a\`: no data is called \`bank_account\`; there are ${DATA}; to find these letters write the pattern \`(?:bank_account)\``,
      ],
      [
        rule("name: a", "type: data_protection", "action: block", "patterns: ['(?=x)y', '(a)\\1', 'x*', '']"),
        "6:16 `patterns` of rule `a`: `(?=x)y` cannot be compiled: ",
        "6:26 `patterns` of rule `a`: `(a)\\1` cannot be compiled: ",
        "6:35 `patterns` of rule `a`: `x*` matches the empty text, so it would find something everywhere",
        "6:41 an item of `patterns` of rule `a` takes text, not `''`",
      ],
    ],
  ],
  [
    "lists without end",
    [
      [
        rules(...Array.from({ length: 22 }, (_, at) => `name: r${at}, type: tool_allowlist, tools: [t${at}], action: block`)),
        "23:5 more than 20 rules list allowed tools, and each allows what the others do; put them in one list",
      ],
      [
        rules(`name: x, scanner: tool_access, action: block, allowed_tools: [${"a".repeat(10_000)}]`),
        "3:5 `when` of rule `x`: the condition is longer than 10000 characters",
      ],
    ],
  ],
  [
    "what the native policy finds, at the place in the Rune file",
    [
      [
        rules("name: session-locked, scanner: tool_call, action: log"),
        "3:12 the id `session-locked` is reserved: decisions use it for what no rule decided; rename it",
      ],
      [
        rules("name: x, scanner: pii, action: log", "name: x.input, scanner: tool_call, action: log"),
        "4:12 the id `x.input` is used twice: first on line 3; rename one",
      ],
      [
        rules("name: x, type: rate_limit, max_calls: 1, window_seconds: 9007199254740991, action: log"),
        "3:5 `window` of limit `x` takes a duration such as `90s`, `15m`, `24h`, `7d` or `1h30m`, not `104249991374d7h36m31s`",
      ],
    ],
  ],
]);

describe("the version", () => {
  const body = "\nrules: [{name: a, scanner: pii, action: block}]\n";

  it.each(['version: "1.0"', "version: '1.0'", "version: 1.0", '"version": 1.0'])("%s says that it is a Rune file", (version) => {
    expect(loadPolicy(version + body).rules.map(({ id }) => id)).toEqual(["a.call", "a.input", "a.result", "a.output"]);
  });

  it.each(["version: 1", 'version: "1"', "version: 1.00", "version: 1e0", "version: 1.1"])("%s does not", (version) => {
    expect(problemsOf(version + body).length).toBeGreaterThan(1);
  });
});
