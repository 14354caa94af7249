import { loadPolicy, SallyportError, translateRune } from "@sallyport/core";
import type { Command, ExitCode } from "../command/command.ts";
import { readTextFile } from "../files/text-file.ts";
import { writeNative } from "../import/native-text.ts";
import type { Io } from "../io.ts";
import { formatProblem } from "../print/excerpt.ts";

/** Turns a Rune file into a native policy. */
export const importRune: Command = {
  name: "import",
  says: "a Rune file (version 1.0) → a native policy that decides alike, with comments",
  operands: { name: "FILE", least: 1, most: 1 },
  options: {},
  help: `
The policy comes on stdout. A Rune file need not be imported to be used: it loads as it is wherever a policy does. Import it to
go on with what Rune has no words for: approvals, tool facts, labels, origins. Exit code 2 where the file does not load.`,
  run: async (input, io) => importFile(input.operand(), io),
};

async function importFile(file: string, io: Io): Promise<ExitCode> {
  const source = await readTextFile(file);
  let text: string;
  try {
    text = writeNative(translateRune(source, { file }), source);
  } catch (error) {
    if (!SallyportError.isInstance(error) || error.problems.length === 0) throw error;
    for (const problem of error.problems)
      await io.stderr.write(formatProblem(file, problem, io.style, io.witness === "person" ? source : undefined));
    return 2;
  }
  // what is printed loads, or nothing is printed
  loadPolicy(text, { file: "the imported policy" });
  await io.stdout.write(text);
  return 0;
}
