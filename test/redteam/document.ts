import type { Evasions } from "./evasions.ts";

const START = "<!-- evasions: made from test/redteam/evasions.yaml by `pnpm docs` -->";
const END = "<!-- end of evasions -->";

/** The threat model with its section on evasions as the data has it. */
export function withEvasions(threatModel: string, evasions: Evasions): string {
  const [start, end] = [threatModel.indexOf(START), threatModel.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`the threat model has no section between \`${START}\` and \`${END}\``);
  return `${threatModel.slice(0, start)}${START}\n${section(evasions)}${threatModel.slice(end)}`;
}

function section({ evasions, pairings }: Evasions): string {
  const caught = evasions.filter(({ escapes }) => escapes === undefined);
  const ways = [...new Set(caught.map(({ how }) => how))].map((how) => `${how} (${caught.filter((one) => one.how === how).length})`);
  const rows = pairings.map(({ id, says, lines }) => {
    const escaping = evasions.filter(({ escapes }) => escapes?.id === id).map(({ name }) => name);
    return `| ${escaping.join("; ")} | ${says} | ${lines.map((line) => `\`${line.replaceAll("|", "\\|")}\``).join("<br>")} |`;
  });
  return `
Of ${evasions.length} hand-made evasions ${caught.length} do not get past a rule that allows only what \`from_trusted\` (or \`from_user\`) holds for: ${ways.join(", ")}.
A value that was joined, decoded or rewritten was seen nowhere, and nowhere is not trusted. The other ${evasions.length - caught.length} do, since their values do come from the user or a tool that the policy trusts:

| what origins cannot see | the rule that goes with it | as it stands in a policy |
|---|---|---|
${rows.join("\n")}

`;
}
