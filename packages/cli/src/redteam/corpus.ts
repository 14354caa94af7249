import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SallyportError } from "@sallyport/core";
import { readTextFile } from "../files/text-file.ts";
import type { Attack } from "./attack.ts";
import { readAttacks } from "./read-attacks.ts";

/** Where the attacks that come with this package lie: beside the built code, or in the repository. */
const SHIPPED = ["../policies/redteam", "../../../../policies/redteam"];

/** The attacks in a folder; left out: those that come with this package. */
export async function readCorpus(folder: string = shippedFolder()): Promise<readonly Attack[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /\.ya?ml$/.test(name)).sort();
  if (names.length === 0)
    throw new SallyportError("invalid-input", `there are no attacks in \`${folder}\`; they stand in files \`NAME.yaml\``);
  const files = await Promise.all(names.map(async (name) => readAttacks(await readTextFile(join(folder, name)), join(folder, name))));
  const attacks = files.flat();
  const ids = attacks.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new SallyportError("invalid-input", `two attacks in \`${folder}\` are called \`${twice}\``);
  return attacks;
}

function shippedFolder(): string {
  const folders = SHIPPED.map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return folders.find((folder) => existsSync(folder)) ?? folders[0] ?? "";
}
