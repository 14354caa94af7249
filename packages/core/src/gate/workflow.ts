import { didYouMean } from "../condition/nearest.ts";
import { SallyportError } from "../error.ts";
import type { Workflow } from "../policy/policy.ts";
import type { Program } from "../policy/program.ts";

/** The workflow of a policy under an id; throws SallyportError `invalid-input` where there is none. */
export function workflowOf({ policy: { workflows } }: Program, id: string): Workflow {
  const found = workflows.find((workflow) => workflow.id === id);
  if (found !== undefined) return found;
  const ids = workflows.map((workflow) => workflow.id);
  const known = ids.length === 0 ? "; it has none" : `; it has ${ids.map((name) => `\`${name}\``).join(", ")}`;
  throw new SallyportError("invalid-input", `the policy has no workflow \`${id}\`${didYouMean(id, ids) || known}`);
}
