import { describe, expect, it } from "vitest";
import { compileProgram, decide, loadPolicy, type Request } from "@sallyport/core";
import { explain, explainResult, explainText } from "../../../packages/core/src/decide/explain.ts";
import type { JsonObject } from "../../../packages/core/src/value.ts";
import { REQUEST } from "./requests.ts";

const program = compileProgram(
  loadPolicy(`version: 1
name: t
tools:
  pay: { effect: write, destination: none }
  get: { effect: read }
  out: { effect: read, destination: args.to }
defaults: { write: allow }
rules:
  - { id: caps, tools: [pay], set: { args.n: 'min(args.n, 9)' } }
  - { id: small, tools: [pay], when: args.n < 5, decide: allow, labels: [small] }
  - { id: shade, tools: [pay], when: args.n > 1, decide: deny, mode: shadow }
  - { id: fails, tools: [pay], when: args.who == "x", labels: [x] }
  - { id: cards, tools: [pay], detect: [pii.card], decide: deny }
  - { id: others, tools: [get], decide: allow }
  - { id: least, on: result, tools: [get], keep: [id] }
  - { id: mails, on: result, tools: [get], when: has(result.id), detect: [pii.email], decide: redact }
  - { id: none, on: result, tools: [out], when: 'result == 1', decide: deny }
  - { id: in, on: input, when: 'text == "hi"', decide: deny }
  - { id: desks, on: input, agents: [other], decide: deny }
  - { id: gone, on: output, detect: [pii.email], decide: redact }
limits:
  - { id: sum, tools: [pay], per: principal.id, window: 1h, amount: args.n, max: 10, decide: deny }
  - { id: some, tools: [pay], when: args.n > 8, per: principal.id, window: 1h, max: 10, decide: require_approval }
  - { id: broken, tools: [get], per: args.who, window: 1h, max: 1, decide: deny }
`),
);
const request = (tool: string, args: JsonObject): Request => ({ ...REQUEST, tool, args });
const used = (limit: string): number => (limit === "sum" ? 4 : 0);
const looked = (tool: string, args: JsonObject) => explain(program, request(tool, args), used).looked;

describe("an explanation", () => {
  it("decides as it is decided, and says of every rule and limit why it matched or not", () => {
    const asked = request("pay", { n: 6, card: "4111 1111 1111 1111" });
    expect(explain(program, asked, used).decision).toEqual(decide(program, asked, used));
    expect(explain(program, asked, used).looked).toStrictEqual([
      { id: "caps", kind: "rule", match: "yes", decide: "set", line: 9 },
      { id: "small", kind: "rule", match: "no", decide: "allow, labels", when: "args.n < 5", line: 10 },
      { id: "shade", kind: "rule", match: "yes", decide: "deny (shadow)", when: "args.n > 1", line: 11 },
      {
        id: "fails",
        kind: "rule",
        match: "failed",
        decide: "labels",
        when: 'args.who == "x"',
        note: expect.stringContaining("who"),
        line: 12,
      },
      { id: "cards", kind: "rule", match: "yes", decide: "detect pii.card, deny", note: "found 1 × pii.card", line: 13 },
      { id: "others", kind: "rule", match: "not selected", decide: "allow", line: 14 },
      { id: "sum", kind: "limit", match: "no", decide: "deny", note: "4 used, 6 asked, 10 at most", line: 22 },
      { id: "some", kind: "limit", match: "no", decide: "require_approval", when: "args.n > 8", line: 23 },
      { id: "broken", kind: "limit", match: "not selected", decide: "deny", line: 24 },
    ]);
  });

  it("says which limits are over, and which failed", () => {
    const limits = (tool: string, args: JsonObject) =>
      looked(tool, args).flatMap(({ id, kind, match }) => (kind === "limit" ? [[id, match]] : []));
    expect(limits("pay", { n: 7 })).toEqual([
      ["sum", "yes"],
      ["some", "no"],
      ["broken", "not selected"],
    ]);
    expect(limits("pay", { n: 9 })).toEqual([
      ["sum", "yes"],
      ["some", "no"],
      ["broken", "not selected"],
    ]);
    expect(limits("get", {})).toEqual([
      ["sum", "not selected"],
      ["some", "not selected"],
      ["broken", "failed"],
    ]);
  });

  it("says nothing of sums that cannot be had", () => {
    expect(looked("get", {}).at(-1)).toStrictEqual({ id: "broken", kind: "limit", match: "failed", decide: "deny", line: 24 });
  });

  it("looks at nothing where the call is denied before", () => {
    expect(looked("pay", { n: "x" })).toEqual([]);
    expect(looked("out", {})).toEqual([]);
    expect(explain(program, request("out", {}), used).decision.rules).toEqual(["error:destination"]);
  });

  it("says what rules on results see", () => {
    const result = (tool: string, args: JsonObject, content: string) =>
      explainResult(program, request(tool, args), content).map(({ id, match, decide: says, note }) => [id, match, says, note]);
    expect(result("get", {}, '{"id":"bob@example.com","n":"eve@example.com"}')).toEqual([
      ["least", "yes", "keep", undefined],
      ["mails", "yes", "detect pii.email, redact", "found 1 × pii.email"],
      ["none", "not selected", "deny", undefined],
    ]);
    expect(result("get", {}, '{"n":"eve@example.com"}')[1]).toEqual(["mails", "no", "detect pii.email, redact", undefined]);
    expect(result("get", {}, '{"id":1,"n":"eve@example.com"}')[1]?.slice(0, 2)).toEqual(["mails", "no"]);
    expect(result("out", { to: "x" }, "1")[2]?.slice(0, 2)).toEqual(["none", "yes"]);
    expect(result("out", {}, "1")).toEqual([]);
    const settled = { ...request("out", {}), settled: { to: "x" } };
    expect(explainResult(program, settled, "1").map(({ match }) => match)).toEqual(["not selected", "not selected", "yes"]);
  });

  it("says what rules on texts see", () => {
    const { tool: _tool, args: _args, ...said } = REQUEST;
    const text = (place: "input" | "output", words: string) =>
      explainText(program, said, place, words).map(({ id, match, line }) => [id, match, line]);
    expect(text("input", "hi")).toEqual([
      ["in", "yes", 18],
      ["desks", "not selected", 19],
    ]);
    expect(text("input", "ho")).toEqual([
      ["in", "no", 18],
      ["desks", "not selected", 19],
    ]);
    expect(text("output", "to bob@example.com")).toEqual([["gone", "yes", 20]]);
    expect(text("output", "to bob")).toEqual([["gone", "no", 20]]);
  });
});
