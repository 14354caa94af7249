import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileCondition } from "../../../packages/core/src/condition/compile.ts";
import type { Scope } from "../../../packages/core/src/condition/expression.ts";
import { editDistance } from "../../../packages/core/src/condition/nearest.ts";
import { indexSlips } from "../../../packages/core/src/condition/slip-index.ts";

/** A policy that knows one tool and one label. */
const scope: Scope = {
  use: "when",
  vocabulary: {
    tool: indexSlips(["notify"]),
    label: indexSlips(["customer_data"]),
  },
};

const LABEL = "no tool or rule puts the label `custmer_data`, did you mean `customer_data`?";
const TOOL = "`nofity` is in no key of the catalog, did you mean `notify`? if it is another tool, add it to the catalog";

describe("a text that is nearly a known name", () => {
  test.each<readonly [source: string, problem: string]>([
    ['"custmer_data" in session.labels', LABEL],
    ['external && !("custmer_data" in session.labels)', LABEL],
    ["'custmer_data' in tool.labels", LABEL],
    ['session.labels.exists(l, l == "custmer_data")', LABEL],
    ['session.labels.exists(l, l in ["untrusted", "custmer_data"])', LABEL],
    ['session.labels[0] != "custmer_data"', LABEL],
    ['session.steps.exists(s, "custmer_data" in s.labels)', LABEL],
    ['tool.name == "nofity"', TOOL],
    ['"nofity" != tool.name', TOOL],
    ['tool.name in ["read", "nofity"]', TOOL],
    ['tool["name"] == "nofity"', TOOL],
    ['session.steps.exists(s, s.tool == "nofity")', TOOL],
    ['used("nofity")', TOOL],
  ])("%s", (source, problem) => {
    const compiled = compileCondition(source, scope);
    const start = /["']\w*(?:nofity|custmer_data)/.exec(source)?.index;
    expect(compiled.ok ? [] : compiled.problems).toMatchObject([{ message: problem, start }]);
  });

  test.each([
    '"customer_data" in session.labels',
    '"something_else" in session.labels',
    'tool.name == "notify"',
    'tool.name == "page"',
    'tool.name + "" == "nofity"',
    '(external ? tool.name : "x") == "nofity"',
    'args.name == "nofity"',
    '"custmer_data" in args.labels',
    'tool.name < "nofity"',
  ])("%s is none", (source) => {
    expect(compileCondition(source, scope).ok).toBe(true);
  });

  test("nothing is a slip where no names are known", () => {
    expect(compileCondition('tool.name == "nofity"', { use: "when" }).ok).toBe(true);
  });

  test("two places are two problems", () => {
    const compiled = compileCondition('tool.name == "nofity" || "custmer_data" in session.labels', scope);
    expect(compiled.ok ? [] : compiled.problems.map(({ start, end }) => [start, end])).toEqual([
      [13, 21],
      [25, 39],
    ]);
  });
});

describe("slips", () => {
  test.each<readonly [word: string, known: readonly string[], meant: string | undefined]>([
    ["delete_volum", ["read_volume", "delete_volume"], "delete_volume"],
    ["tool_a", ["tool_b"], undefined],
    ["set_config", ["get_config"], undefined],
    ["read_files", ["read_file"], undefined],
    ["umount", ["mount"], undefined],
    ["pii_eur", ["pii_eu"], undefined],
    ["seend", ["send"], "send"],
    ["read_mail", ["read_mail2"], undefined],
    ["v10_read", ["v9_read"], undefined],
    ["delete_vol", ["delete_volume"], undefined],
    ["nofity", ["notify"], "notify"],
    ["nofitx", ["notify"], undefined],
    ["sned", ["send"], "send"],
    ["send", ["sent"], undefined],
    ["get", ["got"], undefined],
    ["notify", [], undefined],
    ["notify", ["notifx", "notify"], undefined],
    ["x".repeat(201), ["x".repeat(200)], undefined],
  ])("%s among %j is %s", (word, known, meant) => {
    expect(indexSlips(known)(word)).toBe(meant);
  });

  const word = fc.shuffledSubarray("abcdefghijklm".split(""), { minLength: 5, maxLength: 12 }).map((letters) => letters.join(""));
  const inner = (text: string, draw: number): number => 1 + (draw % (text.length - 2));

  test("of one character within a word, missing, doubled or swapped with the next, are found", () => {
    fc.assert(
      fc.property(word, fc.nat(), (known, draw) => {
        const at = inner(known, draw);
        const [before, char, after] = [known.slice(0, at), known.charAt(at), known.slice(at + 1)];
        const swapped = before + after.charAt(0) + char + after.slice(1);
        const slips = [before + after, before + char + char + after, swapped];
        for (const slip of slips) expect([slip, indexSlips([known])(slip)]).toEqual([slip, known]);
      }),
      { numRuns: 2000 },
    );
  });

  test("are near what is found, and never a known name", () => {
    const short = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 4, maxLength: 10 });
    fc.assert(
      fc.property(short, fc.array(short, { maxLength: 6 }), (one, known) => {
        const found = indexSlips(known)(one);
        if (known.includes(one)) return found === undefined;
        return found === undefined || (known.includes(found) && editDistance(one, found) <= 4);
      }),
      { numRuns: 5000 },
    );
  });

  test("are found quickly among thousands of names", () => {
    const names = (seed: number): readonly string[] =>
      Array.from({ length: 5000 }, (_, index) => `crm.${((index + 1) * seed).toString(36)}`);
    const find = indexSlips(names(2_654_435_761));
    expect(names(4_294_967_291).map(find)).toHaveLength(5000);
  });
});
