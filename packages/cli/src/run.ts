import { SallyportError } from "@sallyport/core";
import type { ExitCode } from "./command/command.ts";
import { readCommandLine } from "./command/command-line.ts";
import { COMMANDS } from "./commands/all.ts";
import type { Io } from "./io.ts";

/** Runs one command line: 0 fine, 1 the check found something, 2 unusable input. Never throws. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  const line = readCommandLine(argv, COMMANDS);
  switch (line.kind) {
    case "help":
      await io.stderr.write(line.text);
      return 0;
    case "wrong":
      await io.stderr.write(`${line.message}\n`);
      return 2;
    case "run":
      try {
        return await line.command.run(line.input, io);
      } catch (error) {
        await io.stderr.write(`${io.style.bad("error")}: ${messageOf(error)}\n`);
        return 2;
      }
  }
}

function messageOf(error: unknown): string {
  if (SallyportError.isInstance(error)) return error.problems.length > 0 ? `the policy does not load\n${error.message}` : error.message;
  return `a fault of sallyport itself: ${error instanceof Error ? error.message : String(error)}`;
}
