import { collectProblems, didYouMean, loadPolicy, SallyportError, type Policy } from "@sallyport/core";
import { readTextFile } from "../files/text-file.ts";
import { refuseCases } from "./problems.ts";
import type { Suite } from "./suite.ts";

/** Ids that a decision in a case may name although no policy has them. */
const OURS = ["invalid-args", "invalid-session", "call-id-reused", "error:set", "error:destination", "error:resource", "error:result"];

/** Loads the policy that cases are of; one that is not there is refused at the line that names it. */
export async function loadSuitePolicy({ file, policy, policyAt }: Suite): Promise<Policy> {
  let text: string;
  try {
    text = await readTextFile(policy);
  } catch (cause) {
    if (!SallyportError.isInstance(cause)) throw cause;
    return refuseCases(file, [{ ...policyAt, message: cause.message }], cause);
  }
  return loadPolicy(text, { file: policy });
}

/** Refuses cases that name rules or workflows which their policy does not have: what they expect could never be so. */
export function checkMentions({ file, mentions }: Suite, { rules, limits, defaults, workflows }: Policy): void {
  const deciding = [...[...rules, ...limits].map(({ id }) => id), ...Object.keys(defaults).map((key) => `default:${key}`), ...OURS];
  const problems = collectProblems();
  const known = { rule: deciding, workflow: workflows.map(({ id }) => id) };
  const named = { rule: "rule, limit or default", workflow: "workflow" };
  for (const { of, id, at } of mentions)
    if (!known[of].includes(id)) problems.report(at, `the policy has no ${named[of]} \`${id}\`${didYouMean(id, known[of])}`);
  const found = problems.list();
  if (found.length > 0) refuseCases(file, found);
}
