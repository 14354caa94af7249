import type { Facts } from "../condition/facts.ts";
import { compileGlob } from "../condition/glob.ts";
import type { DecisionError } from "../policy/decision.ts";
import type { Selector } from "../policy/policy.ts";
import type { Program } from "../policy/program.ts";
import { matches } from "./evaluate.ts";
import type { Request } from "./request.ts";

/** The step of a started workflow that a call is, and the rules that are lifted for it. */
export interface StepTaken {
  readonly workflow: string;
  /** from 0 */
  readonly index: number;
  readonly lifts: ReadonlySet<string>;
}

/** Whether a call is the next step of the workflow that its session follows; a `when` that fails is no match, and is noted under the workflow's id. */
export function stepOf(program: Program, request: Request, facts: Facts, errors: DecisionError[]): StepTaken | undefined {
  const started = request.workflow;
  if (started === undefined) return undefined;
  const workflow = program.policy.workflows.find(({ id, digest }) => id === started.id && digest === started.digest);
  const step = workflow?.steps[started.next];
  if (workflow === undefined || step === undefined || !isAbout(step, request, facts)) return undefined;
  if (matches(workflow.id, step.when, facts, errors) !== "yes") return undefined;
  return { workflow: workflow.id, index: started.next, lifts: new Set(workflow.lifts) };
}

function isAbout({ tools, effects, agents }: Selector, { agent }: Request, { tool }: Facts): boolean {
  const named = (globs: readonly string[] | undefined, name: string): boolean => globs?.some((glob) => compileGlob(glob)(name)) ?? true;
  return named(tools, tool.name) && (effects?.includes(tool.effect) ?? true) && named(agents, agent.id);
}
