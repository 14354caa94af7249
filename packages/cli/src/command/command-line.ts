import { parseArgs } from "node:util";
import { didYouMean } from "@sallyport/core";
import type { Command, Option } from "./command.ts";
import { describeCommand, describeGroup, describeUsage } from "./help.ts";
import { Input } from "./input.ts";

/** What a command line asks for. */
export type CommandLine =
  | { readonly kind: "run"; readonly command: Command; readonly input: Input }
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "version" }
  | { readonly kind: "wrong"; readonly message: string };

/** Reads a command line strictly: an unknown or repeated option, or a missing one, is an error that says how to write it. */
export function readCommandLine(argv: readonly string[], commands: readonly Command[]): CommandLine {
  const command = commands.find(({ name }) => isPrefix(name.split(" "), argv));
  if (command !== undefined) return readInput(command, argv.slice(command.name.split(" ").length));
  const [first = ""] = argv;
  const group = commands.filter(({ name }) => name.startsWith(`${first} `));
  const word = group.length > 0 ? argv[1] : argv[0];
  const shown = group.length > 0 ? group : commands;
  if (word === "--version") return { kind: "version" };
  if (isHelp(word) || (first === "help" && group.length === 0)) return { kind: "help", text: describeGroup(shown) };
  const names =
    group.length > 0
      ? group.map(({ name }) => name.slice(first.length + 1))
      : [...new Set(commands.map(({ name }) => name.split(" ")[0] ?? ""))];
  const said = word === undefined ? "say what to do" : `\`${word}\` is no command${didYouMean(word, names)}`;
  return { kind: "wrong", message: `${said}\n\n${describeGroup(shown).trimEnd()}` };
}

function readInput(command: Command, argv: readonly string[]): CommandLine {
  if (argv.some(isHelp)) return { kind: "help", text: describeCommand(command) };
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { value }]) => [
      name,
      { type: value === undefined ? ("boolean" as const) : ("string" as const) },
    ]),
  );
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true, allowPositionals: true });
  const [operands, texts, flags, wrong]: [string[], Map<string, string>, Set<string>, string[]] = [[], new Map(), new Set(), []];
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const { name, rawName, value } = token;
    const option = Object.hasOwn(command.options, name) && rawName.startsWith("--") ? command.options[name] : undefined;
    const problem = problemOf(option, token, command) ?? (texts.has(name) || flags.has(name) ? `\`${rawName}\` is given twice` : undefined);
    if (problem !== undefined) wrong.push(problem);
    else if (value === undefined) flags.add(name);
    else texts.set(name, value);
  }
  wrong.push(...problemsOfWhole(command, operands, texts));
  const [first] = wrong;
  if (first !== undefined) return { kind: "wrong", message: `${first}\n${describeUsage(command)}` };
  return { kind: "run", command, input: new Input(operands, texts, flags) };
}

function problemOf(
  option: Option | undefined,
  { rawName, value }: { readonly rawName: string; readonly value?: string | undefined },
  command: Command,
): string | undefined {
  if (option === undefined)
    return `unknown option \`${rawName}\`${didYouMean(
      rawName,
      Object.keys(command.options).map((name) => `--${name}`),
    )}`;
  if (option.value === undefined && value !== undefined) return `\`${rawName}\` takes no value`;
  if (option.value !== undefined && value === undefined) return `\`${rawName}\` needs a value: ${option.value}`;
  if (option.of === undefined || value === undefined || option.of.includes(value)) return undefined;
  return `\`${rawName}\` is ${option.of.map((word) => `\`${word}\``).join(" or ")}, not \`${value}\`${didYouMean(value, option.of)}`;
}

function problemsOfWhole({ options, operands }: Command, given: readonly string[], texts: ReadonlyMap<string, string>): readonly string[] {
  const missing = Object.entries(options).filter(([name, { required }]) => required === true && !texts.has(name));
  const [least, most] = [operands?.least ?? 0, operands?.most ?? 0];
  return [
    ...missing.map(([name, { value }]) => `\`--${name} ${value ?? ""}\` is missing${value === "FILE" ? meant(name, given[most]) : ""}`),
    ...(given.length < least ? [`${operands?.name ?? "an operand"} is missing`] : []),
    ...(given.length > most ? [`\`${given[most] ?? ""}\` is one operand too many`] : []),
  ];
}

/** A file that stands alone is meant for the option that names one. */
function meant(name: string, operand: string | undefined): string {
  return operand === undefined ? "" : `, did you mean \`--${name} ${operand}\`?`;
}

function isPrefix(words: readonly string[], argv: readonly string[]): boolean {
  return words.every((word, index) => word === argv[index]);
}

function isHelp(word: string | undefined): boolean {
  return word === "--help" || word === "-h";
}
