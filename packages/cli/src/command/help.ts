import { formatTable } from "../print/table.ts";
import type { Command, Operands, Option } from "./command.ts";

/** The overview of several commands. */
export function describeGroup(commands: readonly Command[]): string {
  const rows = commands.map(({ name, says }) => [`  sallyport ${name}`, says]);
  return `usage: sallyport COMMAND [OPTION…]\n\n${formatTable(rows)}\n\`sallyport COMMAND --help\` says more, \`sallyport --version\` which one this is. Machine output is JSON on stdout, everything else goes to stderr.\nExit codes: 0 fine, 1 the check found something, 2 unusable input.\n`;
}

/** One line that says how a command is written. */
export function describeUsage({ name, operands, options }: Command): string {
  const written = Object.entries(options).map(([option, shape]) =>
    shape.required === true ? writtenAs(option, shape) : `[${writtenAs(option, shape)}]`,
  );
  return `usage: sallyport ${[name, ...(operands === undefined ? [] : [operandsAs(operands)]), ...written].join(" ")}`;
}

/** All that is to be said about a command. */
export function describeCommand(command: Command): string {
  const rows = Object.entries(command.options).map(([name, option]) => [`  ${writtenAs(name, option)}`, option.says]);
  const options = rows.length === 0 ? "" : `\n${formatTable(rows)}`;
  const help = command.help === undefined ? "" : `\n${command.help.trim()}\n`;
  return `${describeUsage(command)}\n\n${command.says}\n${options}${help}`;
}

function writtenAs(name: string, { value, of }: Option): string {
  const shown = of?.join("|") ?? value;
  return shown === undefined ? `--${name}` : `--${name} ${shown}`;
}

function operandsAs({ name, least, most }: Operands): string {
  const many = most > 1 ? `${name}…` : name;
  return least === 0 ? `[${many}]` : many;
}
