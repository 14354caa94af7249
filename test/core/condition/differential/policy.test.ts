import * as fc from "fast-check";
import { expect, it } from "vitest";
import { compileCondition } from "../../../../packages/core/src/condition/compile.ts";
import type { Facts } from "../../../../packages/core/src/condition/facts.ts";
import { compileProgram, decide, type Decision, loadPolicy, type Program } from "../../../../packages/core/src/index.ts";
import { runs, within } from "../../../runs.ts";
import { facts } from "./facts.ts";
import { expression } from "./grammar.ts";
import { askPeer } from "./peer.ts";
import { show } from "./result.ts";
import type { Writing } from "./writing.ts";

// a whole policy shares what its conditions have in common, and decides without asking for values
it("rules decide as the peer sees their conditions, many in one policy", { timeout: within(30_000) }, () => {
  const conditions = fc.array(expression("truth"), { minLength: 1, maxLength: 12 }).map((all) => all.filter(isCondition));
  fc.assert(
    fc.property(conditions, fc.array(facts(), { minLength: 1, maxLength: 3 }), (writings, moments) => {
      const program = compileProgram(loadPolicy(policyOf(writings)));
      for (const moment of moments) {
        const wanted = writings.map(({ peers }) => show(askPeer(peers, moment)));
        const found = writings.map((_, at) => foundBy(program, moment, at));
        expect(found, writings.map(({ ours }) => ours).join("\n")).toEqual(
          wanted.map((result) => (result === "true" || result === "false" ? result : "error")),
        );
        expect(together(program, moment)).toEqual(wanted.flatMap((result, at) => matchedBy(result, at)));
      }
    }),
    runs(150),
  );
});

/** Whether it may be a rule's condition: constants, which cannot matter, do not load. */
function isCondition({ ours }: Writing): boolean {
  const compiled = compileCondition(ours, { use: "when" });
  return compiled.ok && compiled.expression.constant === undefined;
}

/** A policy with each condition in a rule that denies, in one that allows, and in both again in shadow, for one tool. */
function policyOf(writings: readonly Writing[]): string {
  const rules = writings.flatMap(({ ours }, at) => [
    { id: `deny-${at}`, tools: [`read-${at}`], when: ours, decide: "deny" },
    { id: `allow-${at}`, tools: [`write-${at}`], when: ours, decide: "allow" },
    { id: `all-deny-${at}`, tools: ["all"], when: ours, decide: "deny", mode: "shadow" },
    { id: `all-allow-${at}`, tools: ["all"], when: ours, decide: "allow", mode: "shadow" },
  ]);
  const tools = {
    "read-*": { effect: "read" },
    "write-*": { effect: "write", destination: "none" },
    all: { effect: "read" },
  };
  return JSON.stringify({ version: 1, name: "conditions", tools, rules });
}

/** What two rules say of a condition: one that denies counts where it fails, one that allows does not. */
function foundBy(program: Program, moment: Facts, at: number): string {
  const denied = decideOn(program, `read-${at}`, moment).decision === "deny";
  const allowed = decideOn(program, `write-${at}`, moment).decision === "allow";
  if (denied && allowed) return "true";
  return denied ? "error" : allowed ? "matched only where it allows" : "false";
}

function together(program: Program, moment: Facts): readonly string[] {
  return decideOn(program, "all", moment).shadow;
}

function matchedBy(result: string, at: number): readonly string[] {
  if (result === "false") return [];
  return result === "true" ? [`all-deny-${at}`, `all-allow-${at}`] : [`all-deny-${at}`];
}

function decideOn(program: Program, tool: string, { args, principal, agent, context, session, now }: Facts): Decision {
  return decide(program, { tool, args, principal, agent: { ...agent, id: "desk" }, context, session, now }, () => 0);
}
