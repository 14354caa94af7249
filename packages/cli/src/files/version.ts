import { fileURLToPath } from "node:url";
import { isObject, readJson, SallyportError } from "@sallyport/core";
import { readTextFile } from "./text-file.ts";

/** The version of this package. */
export async function readVersion(): Promise<string> {
  const reading = readJson(await readTextFile(fileURLToPath(new URL("../../package.json", import.meta.url))));
  const version = reading.ok && isObject(reading.value) ? reading.value["version"] : undefined;
  if (typeof version === "string") return version;
  throw new SallyportError("invalid-input", "the package of sallyport does not say its version; install it again");
}
