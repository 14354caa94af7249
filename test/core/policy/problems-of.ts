import { SallyportError } from "../../../packages/core/src/error.ts";
import { loadPolicy } from "../../../packages/core/src/policy/load.ts";

/** What is wrong with a policy, as `line:column message`; nothing where it loads. */
export function problemsOf(text: string): readonly string[] {
  try {
    loadPolicy(text);
    return [];
  } catch (error) {
    if (!SallyportError.isInstance(error) || error.code !== "invalid-policy") throw error;
    return error.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
  }
}
