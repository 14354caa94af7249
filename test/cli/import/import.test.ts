import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { asPerson, folderOf, sallyport } from "../run.ts";

const RUNE = `# What the docs agent may do.
#
# Owner: the platform team.
version: "1.0"
description: from the guide
rules:
  # Only what it needs,
  # and what it must never do.
  - name: restrict # since May
    scanner: tool_access
    allowed_tools: ["search", "fs.*"]
    denied_tools:
      - fs.delete # never
    action: block
    description: "no: more"

  - name: "it's #1"
    type: data_protection
    patterns: ['EMP-\\d{6}', "it's a \\"quote\\"", "tab\\t"]
    direction: output
    action: alert
    severity: high
  - name: busy
    type: rate_limit
    max_calls: 100
    window_seconds: 5400
    action: block
`;

const NATIVE = `# Imported by \`sallyport import\`. It decides what the Rune file decided; each statement names the Rune rule it comes from.
# What the docs agent may do.
#
# Owner: the platform team.
# from the guide
version: 1
name: rune-policy

# A Rune file has no catalog: every tool is unclassified, every call external, and what no rule denies is allowed. To be
# stricter, say under \`tools\` what each tool can do, and take \`allow\` away here.
defaults: { read: allow, write: allow, side_effect: allow, unclassified: allow, external: allow, credential: allow }

# \`carried-data\` finds addresses that carry a long value and long encoded texts; a \`pattern-N\` is one of the Rune file's.
detectors:
  pattern-1: { pattern: 'EMP-\\d{6}' }
  pattern-2: { pattern: 'it''s a "quote"' }
  pattern-3: { pattern: "tab\\t" }

rules:
  # restrict (line 9): scanner: tool_access, action: block
  # Only what it needs,
  # and what it must never do.
  # since May
  - id: restrict.allowed
    when: '!(tool.name in ["search"] || glob(tool.name, "fs.*"))'
    decide: deny
    reason: 'no: more'
  - id: restrict.denied
    when: 'tool.name in ["fs.delete"]'
    decide: deny
    reason: 'no: more'

  # it's #1 (line 17): type: data_protection, direction: output, action: alert
  - id: "it's #1.call"
    detect: [pattern-1, pattern-2, pattern-3]
    decide: allow
    severity: high
    mode: shadow
  - id: "it's #1.output"
    on: output
    detect: [pattern-1, pattern-2, pattern-3]
    decide: allow
    severity: high
    mode: shadow

limits:
  # busy (line 23): type: rate_limit, action: block
  - id: busy
    per: agent.id
    window: 1h30m
    max: 100
    decide: deny
`;

describe("sallyport import", () => {
  it("prints a native policy, with what stood beside the rules", async () => {
    const file = join(folderOf({ "rune.yaml": RUNE }), "rune.yaml");
    expect(await asPerson(["import", file])).toEqual({ code: 0, out: NATIVE, err: "" });
  });

  it("takes a file with line ends of two signs and a byte order mark", async () => {
    const file = join(folderOf({ "rune.yaml": `\uFEFF${RUNE.replaceAll("\n", "\r\n")}` }), "rune.yaml");
    expect(await asPerson(["import", file])).toEqual({ code: 0, out: NATIVE, err: "" });
  });

  it("says what is wrong as `check` does, and prints nothing", async () => {
    const folder = folderOf({ "rune.yaml": "version: '1.0'\nrules:\n  - name: a\n    scanner: toxicity\n    action: blok\n" });
    const imported = await sallyport(["import", "rune.yaml"], { cwd: folder });
    const checked = await sallyport(["check", "rune.yaml"], { cwd: folder });
    expect(imported).toEqual({ ...checked, code: 2, out: "" });
    expect(imported.err.split("\n").map((line) => line.slice(0, 49))).toEqual([
      "rune.yaml:4:14: `scanner` of rule `a` is `toxicit",
      "rune.yaml:5:13: `action` of rule `a` is `blok`; w",
      "",
    ]);
    const person = await asPerson(["import", join(folder, "rune.yaml")]);
    expect(person.err).toContain("  4 |     scanner: toxicity\n    |              ^\n");
  });

  it.each([
    ["a native policy", "version: 1\nname: t\n", ":1:10: this is no Rune file, whose version is `1.0`; a native policy needs no import"],
    ["no YAML", "version: '1.0\n", ":2:1: broken YAML: "],
    ["a list", "- 1\n", ":1:1: this is no Rune file"],
  ])("refuses %s", async (_, text, says) => {
    const { code, out, err } = await asPerson(["import", join(folderOf({ "rune.yaml": text }), "rune.yaml")]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(says);
  });
});
