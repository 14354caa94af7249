import { SallyportError } from "@sallyport/core";
import type { ExitCode } from "./command/command.ts";
import { readCommandLine, type CommandLine } from "./command/command-line.ts";
import { COMMANDS } from "./commands/all.ts";
import { readVersion } from "./files/version.ts";
import type { Io } from "./io.ts";

/** Runs one command line: 0 fine, 1 the check found something, 2 unusable input. Never throws. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  try {
    return await obey(readCommandLine(argv, COMMANDS), io);
  } catch (error) {
    await io.stderr.write(`${io.style.bad("error")}: ${messageOf(error)}\n`);
    return 2;
  }
}

async function obey(line: CommandLine, io: Io): Promise<ExitCode> {
  switch (line.kind) {
    case "run":
      return line.command.run(line.input, io);
    case "help":
      await io.stderr.write(line.text);
      return 0;
    case "version":
      await io.stdout.write(`${await readVersion()}\n`);
      return 0;
    case "wrong":
      await io.stderr.write(`${line.message}\n`);
      return 2;
  }
}

function messageOf(error: unknown): string {
  if (SallyportError.isInstance(error)) return error.problems.length > 0 ? `the policy does not load\n${error.message}` : error.message;
  return `a fault of sallyport itself: ${error instanceof Error ? error.message : String(error)}`;
}
