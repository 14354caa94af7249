import { describe, expect, it } from "vitest";
import type { Scope } from "../../../packages/core/src/condition/expression.ts";
import { factsWith, load, problemsOf } from "./sample.ts";

const findings = [
  { detector: "pii", kind: "email", confidence: 0.9 },
  { detector: "ticket", kind: "ticket", confidence: 1 },
];

describe("findings and text", () => {
  it.each<[string, Scope["use"]]>([
    ["size(findings) == 2", "when"],
    ["findings.exists(f, f.kind == 'email' && f.confidence > 0.5)", "when-result"],
    ["findings.all(f, f.detector in ['pii', 'ticket'])", "when-set"],
    ["text.contains('hi') && findings[0].detector == 'pii'", "when-input"],
    ["size(text) == 2 && size(findings) == 2", "when-output"],
  ])("%s (%s)", (source, use) => {
    expect(load(source, { use, detects: true }).evaluate(factsWith({}, { text: "hi", findings }))).toBe(true);
    expect(problemsOf(source, { use }).join()).toContain("`findings` is known only in a rule with `detect`");
  });

  it("fails where nobody knows them", () => {
    expect(() => load("size(findings) == 0", { use: "when", detects: true }).evaluate(factsWith({}))).toThrow(
      "`findings` is not known here",
    );
    expect(() => load("text == ''", { use: "when-input" }).evaluate(factsWith({}))).toThrow("`text` is not known here");
  });

  it("an input or output has no call", () => {
    for (const name of ["tool", "args", "destinations", "external", "resource", "result", "approver"])
      for (const use of ["when-input", "when-output"] as const)
        expect(problemsOf(`${name} == null`, { use })).toEqual([`\`${name}\` is not known where this condition stands`]);
    for (const name of ["principal", "agent", "context", "session", "now", "text"])
      for (const use of ["when-input", "when-output"] as const) expect(problemsOf(`${name} != null`, { use })).toEqual([]);
  });
});
