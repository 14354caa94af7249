import { SallyportError } from "@sallyport/core";
import type { Command } from "../command/command.ts";

/** Proposes a policy for tools; not there yet. */
export const init: Command = {
  name: "init",
  says: "tool definitions on stdin → a policy with a proposed catalog (not in this version)",
  options: {},
  run: async () => later("init"),
};

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
