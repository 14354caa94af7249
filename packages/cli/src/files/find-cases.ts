import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { SallyportError } from "@sallyport/core";

const SUFFIX = ".test.yaml";

/** Folders in which nobody keeps cases of their own. */
const SKIPPED = new Set(["node_modules", "dist", "build", "coverage"]);

/**
 * The files of cases that operands name: a file of cases itself, a folder with all below it, a policy with the cases
 * beside it. Without operands, all below the current folder.
 */
export async function findCases(operands: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all((operands.length === 0 ? ["."] : operands).map(casesOf));
  const files = [...new Set(found.flat())];
  if (files.length === 0)
    throw new SallyportError("invalid-input", `there are no cases; write them to \`NAME${SUFFIX}\` beside the policy`);
  return files;
}

async function casesOf(operand: string): Promise<readonly string[]> {
  if (operand.endsWith(SUFFIX)) return [operand];
  if (!existsSync(operand)) throw new SallyportError("invalid-input", `there is no \`${operand}\``);
  if ((await stat(operand)).isDirectory()) return casesBelow(operand);
  const beside = operand.replace(/\.ya?ml$/, "") + SUFFIX;
  if (existsSync(beside)) return [beside];
  throw new SallyportError("invalid-input", `\`${operand}\` has no cases beside it; write them to \`${beside}\``);
}

async function casesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const sorted = entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found = await Promise.all(
    sorted.map(async (entry): Promise<readonly string[]> => {
      if (entry.isDirectory()) return SKIPPED.has(entry.name) || entry.name.startsWith(".") ? [] : casesBelow(join(folder, entry.name));
      return entry.isFile() && entry.name.endsWith(SUFFIX) ? [join(folder, entry.name)] : [];
    }),
  );
  return found.flat();
}
