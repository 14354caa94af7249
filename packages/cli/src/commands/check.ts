import { compileProgram, loadPolicy, policySchema, SallyportError, type Policy, type Problem } from "@sallyport/core";
import type { Command } from "../command/command.ts";
import { readTextFile } from "../files/text-file.ts";
import type { Io } from "../io.ts";
import { formatProblem } from "../print/excerpt.ts";
import { formatTable } from "../print/table.ts";

/** Loads policies strictly and says everything that is wrong. */
export const check: Command = {
  name: "check",
  says: "loads policies strictly and says everything that is wrong, with file, line and column",
  operands: { name: "FILE", least: 0, most: Number.POSITIVE_INFINITY },
  options: {
    json: { says: "one JSON object a file on stdout: {file, ok, problems: [{message, line, column}]}" },
    schema: { says: "prints the JSON Schema of policy files, for editors" },
  },
  help: "Exit code 2 where a file does not load.",
  async run(input, io) {
    if (input.flag("schema")) {
      await io.stdout.write(`${JSON.stringify(policySchema(), null, 2)}\n`);
      return 0;
    }
    if (input.operands.length === 0) throw new SallyportError("invalid-input", "name the policy files to check, or `--schema`");
    const checked = await Promise.all(input.operands.map(checkFile));
    if (input.flag("json"))
      for (const { file, problems } of checked) await io.stdout.write(`${JSON.stringify({ file, ok: problems.length === 0, problems })}\n`);
    else await report(checked, io);
    return checked.every(({ policy }) => policy !== undefined) ? 0 : 2;
  },
};

interface Checked {
  readonly file: string;
  readonly source?: string;
  readonly policy?: Policy;
  readonly problems: readonly Problem[];
}

async function checkFile(file: string): Promise<Checked> {
  let source: string | undefined;
  try {
    source = await readTextFile(file);
    return { file, source, policy: loadPolicy(source, { file }), problems: [] };
  } catch (error) {
    if (!SallyportError.isInstance(error)) throw error;
    const problems = error.problems.length > 0 ? error.problems : [{ message: error.message, line: 1, column: 1 }];
    return { file, ...(source === undefined ? {} : { source }), problems };
  }
}

async function report(checked: readonly Checked[], io: Io): Promise<void> {
  for (const { file, source, policy, problems } of checked) {
    const excerpt = io.witness === "person" ? source : undefined;
    for (const problem of problems) await io.stderr.write(formatProblem(file, problem, io.style, excerpt));
    for (const note of policy === undefined ? [] : unmatchedIn(policy)) await io.stderr.write(`note: ${file}: ${note}\n`);
  }
  const head = ["file", "policy", "tools", "rules", "limits", "workflows", "detectors"].map((text) => ({ text, paint: io.style.faint }));
  const rows = checked.flatMap(({ file, policy }) =>
    policy === undefined ? [] : [[file, policy.name, ...partsOf(policy).map(({ length }) => String(length))]],
  );
  if (rows.length > 0) await io.stderr.write(formatTable([head, ...rows]));
}

/** What a policy has, as the table counts it. */
function partsOf({ tools, rules, limits, workflows, detectors }: Policy): readonly (readonly unknown[])[] {
  return [tools, rules, limits, workflows, detectors];
}

/** The tools that rules and limits name and that no key of the catalog matches: there may be such, and it may be a typo. */
function unmatchedIn(policy: Policy): readonly string[] {
  if (policy.tools.length === 0) return [];
  const program = compileProgram(policy);
  return [...policy.rules, ...policy.limits].flatMap(({ id, line, tools = [] }) =>
    tools
      .filter((tool) => !tool.includes("*") && program.lookup(tool, "").entry === undefined)
      .map((tool) => `\`${id}\` (line ${line}) names the tool \`${tool}\`, which is in no key of \`tools\`: its calls are unclassified`),
  );
}
