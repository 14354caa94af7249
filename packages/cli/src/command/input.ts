import { SallyportError } from "@sallyport/core";

/** What a command line says to its command: checked against the command's options already. */
export class Input {
  readonly operands: readonly string[];
  readonly #texts: ReadonlyMap<string, string>;
  readonly #flags: ReadonlySet<string>;

  constructor(operands: readonly string[], texts: ReadonlyMap<string, string>, flags: ReadonlySet<string>) {
    this.operands = operands;
    this.#texts = texts;
    this.#flags = flags;
  }

  /** The value of an option, if it was given. */
  text(name: string): string | undefined {
    return this.#texts.get(name);
  }

  /** The value of an option that must be given. */
  required(name: string): string {
    return this.#texts.get(name) ?? missing(`\`--${name}\``);
  }

  /** The first operand of a command that needs one. */
  operand(): string {
    return this.operands[0] ?? missing("an operand");
  }

  /** Whether a flag was given. */
  flag(name: string): boolean {
    return this.#flags.has(name);
  }
}

function missing(what: string): never {
  throw new SallyportError("invalid-input", `${what} is missing; \`--help\` says what it is`);
}
