import type { Io } from "../io.ts";
import type { Input } from "./input.ts";

/** 0 fine · 1 the check found something · 2 unusable input */
export type ExitCode = 0 | 1 | 2;

/** An option of a command. */
export interface Option {
  /** one line of the help */
  readonly says: string;
  /** what its value is called in the help; left out: it takes none */
  readonly value?: string;
  /** the words that its value may be; the first is meant where it is left out */
  readonly of?: readonly string[];
  readonly required?: true;
}

/** What stands beside the options. */
export interface Operands {
  readonly name: string;
  readonly least: number;
  readonly most: number;
}

/** One command. */
export interface Command {
  /** how it is called: `ledger show` */
  readonly name: string;
  /** one line of the overview */
  readonly says: string;
  readonly operands?: Operands;
  readonly options: Readonly<Record<string, Option>>;
  /** what the help says beside the options */
  readonly help?: string;
  run(input: Input, io: Io): Promise<ExitCode>;
}
