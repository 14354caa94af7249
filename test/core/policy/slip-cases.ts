import { describe, expect, it } from "vitest";
import { problemsOf } from "./problems-of.ts";

/** The first lines of a policy, with a catalog on line 3; what is tested starts on line 4. */
export const head =
  'version: 1\nname: t\ntools: { r: { effect: read }, w: { effect: write, destination: none }, x: { effect: side_effect, destination: args.to }, "w.*": { effect: write } }\n';

/** A policy with these rules. */
export const rules = (text: string): string => `${head}rules: [${text}]\n`;

/** A policy with these limits. */
export const limits = (text: string): string => `${head}limits: [${text}]\n`;

/** A policy with this catalog alone. */
export const catalog = (text: string): string => `version: 1\nname: t\ntools: { ${text} }\n`;

/** Policies that do not load, each with all that is wrong with it as `line:column message`; what ends with `: ` may go on. */
export type SlipCases = readonly (readonly [group: string, readonly (readonly [text: string, ...problems: readonly string[]])[]])[];

/** Expects that each policy has exactly these problems. */
export function expectSlips(groups: SlipCases): void {
  describe.each(groups)("%s", (_, cases) => {
    for (const [text, ...problems] of cases) {
      it(titleOf(text), () => {
        const found = problemsOf(text);
        expect(
          found.map((problem, index) => (problems[index]?.endsWith(": ") ? problem.slice(0, problems[index].length) : problem)),
        ).toEqual(problems);
      });
    }
  });
}

/** The last lines of a policy: what a case is about. */
function titleOf(text: string): string {
  return text.replace(head, "").replace("version: 1\nname: t\n", "").trim();
}
