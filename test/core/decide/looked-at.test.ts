import { describe, expect, it } from "vitest";
import { compileProgram, loadPolicy, type Request } from "@sallyport/core";
import { inspect, opaque, type Inspection } from "../../../packages/core/src/decide/inspect.ts";
import { inspectInput, inspectOutput } from "../../../packages/core/src/decide/inspect-text.ts";
import type { Json } from "../../../packages/core/src/value.ts";
import { REQUEST } from "./requests.ts";

const program = compileProgram(
  loadPolicy(`version: 1
name: t
tools:
  bare: { effect: read }
  far: { effect: read, destination: args.to }
  args: { effect: read }
  label: { effect: read }
  shade: { effect: read }
  deny: { effect: read }
  mixed: { effect: read }
  cut: { effect: read }
rules:
  - { id: far, on: result, tools: [far], when: external, labels: [far] }
  - { id: args, on: result, tools: [args], when: args.n == 1, decide: deny }
  - { id: label, on: result, tools: [label], labels: [a, b] }
  - { id: label-too, on: result, tools: [label], when: 'result == null', labels: [b, c] }
  - { id: shade, on: result, tools: [shade], keep: [id], labels: [x], mode: shadow }
  - { id: deny, on: result, tools: [deny], when: 'false || args.n == 1', decide: deny }
  - { id: mixed, on: result, tools: [mixed], detect: [pii.email], decide: redact }
  - { id: mixed-card, on: result, tools: [mixed], detect: [pii.card], decide: redact, mode: shadow }
  - { id: cut, on: result, tools: [cut], detect: [pii.email], decide: redact, keep: [to, n] }
  - { id: cut-all, on: result, tools: [cut], keep: [to, n, cc] }
  - { id: in, on: input, detect: [secrets], decide: deny }
  - { id: in-too, on: input, when: 'size(text) > 60', decide: deny, reason: too long }
`),
);
const seen = (tool: string, content: Json | typeof opaque, more: Partial<Request> = {}): Inspection =>
  inspect(program, { ...REQUEST, tool, ...more }, content);
const ALLOWED = { decision: "allow", rules: [], puts: [], shadow: [], errors: [], looked: true, redactions: [] };

describe("what is looked at", () => {
  it.each<[string, () => Inspection, object]>([
    ["by no rule", () => seen("bare", { a: 1 }), { ...ALLOWED, content: { a: 1 }, looked: false }],
    ["by no rule, and cannot be read", () => seen("bare", opaque), { ...ALLOWED, content: null, looked: false }],
    ["with the place that it came from", () => seen("far", "x", { args: { to: "y" } }), { ...ALLOWED, content: "x", puts: ["far"] }],
    [
      "with args that can no longer be had",
      () => seen("far", "x"),
      {
        decision: "deny",
        rules: ["error:destination"],
        content: null,
        puts: [],
        shadow: [],
        errors: [{ rule: "error:destination", message: expect.any(String) }],
        looked: true,
        redactions: [],
      },
    ],
    [
      "with the args that were proposed",
      () => seen("args", "x", { args: { n: 1 } }),
      { ...ALLOWED, decision: "deny", rules: ["args"], content: null },
    ],
    ["with the args that were settled", () => seen("args", "x", { args: { n: 1 }, settled: { n: 2 } }), { ...ALLOWED, content: "x" }],
    ["for labels alone", () => seen("label", "x"), { ...ALLOWED, content: "x", puts: ["a", "b"] }],
    [
      "for labels alone, and cannot be read",
      () => seen("label", opaque),
      { ...ALLOWED, content: null, puts: ["a", "b", "c"], looked: false },
    ],
    ["in shadow", () => seen("shade", { id: 1, n: 2 }), { ...ALLOWED, content: { id: 1, n: 2 }, shadow: ["shade"], looked: false }],
    ["in shadow, and cannot be read", () => seen("shade", opaque), { ...ALLOWED, content: null, shadow: ["shade"], looked: false }],
    [
      "by what may hold it back, and cannot be read",
      () => seen("deny", opaque, { args: { n: 2 } }),
      { ...ALLOWED, decision: "deny", rules: ["deny"], content: null, looked: false },
    ],
    [
      "by two detectors, one in shadow",
      () => seen("mixed", "a@b.example 4111 1111 1111 1111"),
      {
        ...ALLOWED,
        decision: "redact",
        rules: ["mixed"],
        content: "[EMAIL_1] 4111 1111 1111 1111",
        shadow: ["mixed-card"],
        redactions: [{ placeholder: "[EMAIL_1]", value: "a@b.example", secret: false }],
      },
    ],
    [
      "by a detector that also cuts: what it finds in what is left is replaced",
      () => seen("cut", { n: 1, to: "a@b.example", cc: "c@d.example", more: "e@f.example" }),
      {
        ...ALLOWED,
        decision: "redact",
        rules: ["cut", "cut-all"],
        content: { n: 1, to: "[EMAIL_1]" },
        redactions: [{ placeholder: "[EMAIL_1]", value: "a@b.example", secret: false }],
      },
    ],
  ])("%s", (_, inspection, wanted) => {
    expect(inspection()).toEqual(wanted);
  });

  it("that cannot be read is a finding of each detector that was asked", () => {
    const finds = (condition: string) =>
      inspect(
        compileProgram(
          loadPolicy(`version: 1
name: t
tools: { g: { effect: read } }
rules: [{ id: r, on: result, detect: [pii.email, pii.card, secrets], when: '${condition}', labels: [seen] }]
`),
        ),
        { ...REQUEST, tool: "g" },
        opaque,
      ).puts;
    expect(finds('findings.all(f, f.kind == "opaque" && f.confidence == 1) && size(findings) == 2')).toEqual(["seen"]);
    expect(finds('findings.exists(f, f.detector == "pii") && findings.exists(f, f.detector == "secrets")')).toEqual(["seen"]);
  });

  it("says why a message was denied, and keeps no secret of it", () => {
    const { tool: _tool, args: _args, ...said } = REQUEST;
    const key = "AKIAIOSFODNN7EXAMPLQ";
    const denied = inspectInput(program, said, `use ${key}`);
    expect(denied).toMatchObject({ decision: "deny", rules: ["in"], reason: "rule `in` denies it" });
    expect(denied.masked).not.toContain(key);
    expect(inspectInput(program, said, "x".repeat(61))).toEqual({
      decision: "deny",
      rules: ["in-too"],
      reason: "too long",
      puts: [],
      shadow: [],
      errors: [],
    });
    expect(inspectInput(program, said, "hello")).toEqual({ decision: "allow", rules: [], reason: "", puts: [], shadow: [], errors: [] });
    expect(inspectOutput(program, said, "hello")).toEqual({
      decision: "allow",
      rules: [],
      text: "hello",
      puts: [],
      shadow: [],
      errors: [],
      redactions: [],
    });
  });
});
