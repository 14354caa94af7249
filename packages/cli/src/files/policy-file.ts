import { loadPolicy, type Policy } from "@sallyport/core";
import { readTextFile } from "./text-file.ts";

/** Loads a policy from its file; throws a SallyportError with everything that is wrong. */
export async function loadPolicyFile(file: string): Promise<Policy> {
  return loadPolicy(await readTextFile(file), { file });
}
