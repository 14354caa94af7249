import { compileProgram, loadPolicy, type Program, type Request } from "@sallyport/core";

/** A program of some rules over two tools: `g` reads, `s` sends. */
export function programOf(rules: readonly string[], more = ""): Program {
  return compileProgram(
    loadPolicy(
      `version: 1\nname: t\ntools: { g: { effect: read }, s: { effect: side_effect, destination: none } }\ndefaults: { side_effect: allow }\n${more}${rules.length === 0 ? "" : "rules:\n"}${rules.map((rule) => `  - ${rule}\n`).join("")}`,
    ),
  );
}

/** A question about a call of `g` with no args. */
export const REQUEST: Request = {
  tool: "g",
  args: {},
  principal: { id: "ann" },
  agent: { id: "desk" },
  context: {},
  session: { id: "s", labels: [], steps: [] },
  now: 0,
};
