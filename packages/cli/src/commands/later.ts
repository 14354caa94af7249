import { SallyportError } from "@sallyport/core";
import type { Command } from "../command/command.ts";

/** Turns a Rune file into a native policy; not there yet. */
export const importRune: Command = {
  name: "import",
  says: "a Rune file → a native policy (not in this version)",
  operands: { name: "FILE", least: 1, most: 1 },
  options: {},
  run: async () => later("import"),
};

function later(name: string): never {
  throw new SallyportError("invalid-input", `\`${name}\` is not in this version`);
}
