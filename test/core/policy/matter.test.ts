import { describe, expect, it } from "vitest";
import { problemsOf } from "./problems-of.ts";

/** A policy with a catalog on line 3; the rules stand on line 4. */
const head =
  'version: 1\nname: t\ntools: { r: { effect: read }, w: { effect: write, destination: none }, x: { effect: side_effect, destination: args.to }, "w.*": { effect: write } }\n';
const rules = (text: string): string => `${head}rules: [${text}]\n`;

describe("a rule that cannot matter", () => {
  it.each([
    [
      rules("{ id: never, when: 1 > 2, decide: deny }"),
      "4:28 `when` of rule `never` is always false, so it can never match; correct it, or take the rule out",
    ],
    [
      rules("{ id: never, tools: [r], effects: [write], decide: allow }"),
      "4:43 rule `never` can never match: by the catalog none of its `tools` has one of its `effects`",
    ],
    [
      rules('{ id: never, tools: ["w.a*"], effects: [read, unclassified], decide: allow }'),
      "4:48 rule `never` can never match: by the catalog none of its `tools` has one of its `effects`",
    ],
    [
      rules("{ id: a, tools: [w], when: args.n > 1, decide: allow }, { id: b, tools: [w], decide: deny }"),
      "4:15 rule `a` cannot matter: `b` (line 4) denies all that it can match; take it out, or put a condition on `b`",
    ],
    [
      rules("{ id: a, tools: [w], decide: deny }, { id: b, tools: [w], decide: deny }"),
      "4:52 rule `b` cannot matter: `a` (line 4) denies all that it can match; take it out, or put a condition on `a`",
    ],
    [
      rules("{ id: a, tools: [w], decide: deny }, { id: b, tools: [w], decide: deny, labels: [l] }"),
      "4:15 rule `a` cannot matter: `b` (line 4) denies all that it can match; take it out, or put a condition on `b`",
    ],
    [
      rules("{ id: a, tools: [w], decide: deny }, { id: b, decide: deny }"),
      "4:15 rule `a` cannot matter: `b` (line 4) denies all that it can match; take it out, or put a condition on `b`",
    ],
    [
      rules('{ id: a, tools: [w], decide: allow }, { id: b, effects: [write], when: "true", decide: deny }'),
      "4:15 rule `a` cannot matter: `b` (line 4) denies all that it can match; take it out, or put a condition on `b`",
    ],
    [
      rules('{ id: a, effects: [write], decide: allow }, { id: b, tools: ["w*"], decide: deny }'),
      "4:15 rule `a` cannot matter: `b` (line 4) denies all that it can match; take it out, or put a condition on `b`",
    ],
    [
      rules('{ id: a, tools: ["w.x"], agents: [bot-1], set: { args.n: 1 } }, { id: b, tools: ["w.*"], agents: ["bot-*"], decide: deny }'),
      "4:15 rule `a` cannot matter: `b` (line 4) denies all that it can match; take it out, or put a condition on `b`",
    ],
    [
      rules("{ id: a, on: result, tools: [r], keep: [x] }, { id: b, on: result, decide: deny }"),
      "4:15 rule `a` cannot matter: `b` (line 4) denies all that it can match; take it out, or put a condition on `b`",
    ],
  ])("%s", (text, problem) => expect(problemsOf(text)).toEqual([problem]));
});

describe("what matters loads", () => {
  it.each([
    rules("{ id: a, tools: [w], decide: allow, labels: [l] }, { id: b, tools: [w], decide: deny }"),
    rules("{ id: a, tools: [w], decide: allow, mode: shadow }, { id: b, tools: [w], decide: deny }"),
    rules("{ id: a, tools: [w], decide: allow }, { id: b, tools: [w], decide: deny, mode: shadow }"),
    rules("{ id: a, tools: [w], decide: allow }, { id: b, tools: [w], when: args.n > 1, decide: deny }"),
    rules("{ id: a, tools: [w, r], decide: allow }, { id: b, tools: [w], decide: deny }"),
    rules("{ id: a, tools: [w], decide: allow }, { id: b, agents: ['b*'], decide: deny }"),
    rules("{ id: a, tools: [w], on: result, keep: [x] }, { id: b, decide: deny }"),
    rules("{ id: a, tools: ['w*'], effects: [unclassified], decide: allow }"),
    rules("{ id: a, tools: [nobody-knows], decide: allow }"),
    rules("{ id: a, tools: [r], set: { args.n: 1 } }, { id: b, set: { args.m: 2 } }"),
    rules("{ id: a, tools: [r], when: has(args.x), set: { args.n: 1 } }, { id: b, set: { args.n: 2 } }"),
    rules("{ id: a, tools: [r], set: { args.n: 1 }, mode: shadow }, { id: b, set: { args.n: 2 } }"),
    `${rules("{ id: a, tools: [w], decide: deny }")}limits: [{ id: l, tools: [w], per: agent.id, window: 1h30m, max: 0, decide: deny }]\n`,
  ])("%s", (text) => expect(problemsOf(text)).toEqual([]));
});
