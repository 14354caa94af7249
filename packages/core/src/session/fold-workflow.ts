import { number, objectOf, text, texts } from "./fields.ts";
import type { Folded } from "./fold.ts";
import type { SessionState } from "./state.ts";

/** The workflow that a session follows. */
export interface WorkflowState {
  readonly id: string;
  /** of the workflow as it was written when it was started: another one under this id is not followed */
  readonly digest: string;
  /** the step that comes next, from 0 */
  readonly next: number;
  /** the id of the call that is this step, while it runs */
  readonly running?: string;
  /** the id of the call whose own rules put the label that ended it: it counts for nothing but that call */
  readonly endedBy?: string;
}

/** A workflow was started, perhaps anew. */
export function foldWorkflowStarted(state: SessionState, { state: fields }: Folded): void {
  state.workflow = { id: text(fields, "workflow"), digest: text(fields, "digest"), next: 0 };
}

/** A call was claimed: it is the next step, or a read, or it ends the workflow. */
export function foldWorkflowClaim(state: SessionState, { state: fields }: Folded): void {
  const { workflow } = state;
  if (workflow === undefined) return;
  const call = text(fields, "call");
  // a call that goes on after a pause, or once more, is the step that it was
  if (workflow.running === call) return;
  if (workflow.endedBy === call) delete state.workflow;
  else if (isWaiting(workflow) && isStep(workflow, fields)) state.workflow = { ...workflow, running: call };
  else if (text(fields, "effect") !== "read") delete state.workflow;
}

/** A call came to its end: where it is the step that ran, the next one comes, or the workflow ends. */
export function foldWorkflowEnd(state: SessionState, { type, state: fields }: Folded): void {
  const { workflow } = state;
  if (workflow === undefined || workflow.running !== text(fields, "call")) return;
  if (type === "call.failed") delete state.workflow;
  else state.workflow = { id: workflow.id, digest: workflow.digest, next: workflow.next + 1 };
}

/**
 * Ends the workflow where a record puts a label that the session does not have, unless it is one of the running step's own
 * tool. What a proposed call puts itself does not count against it: it is lifted alike whether it is claimed at once or later.
 */
export function foldWorkflowLabels(state: SessionState, { type, state: fields }: Folded): void {
  const { workflow, labels } = state;
  if (workflow === undefined) return;
  const own = type === "call.started" && workflow.running === text(fields, "call") ? texts(fields, "labels") : [];
  if (!texts(fields, "puts").some((label) => !labels.includes(label) && !own.includes(label))) return;
  if (type === "call.proposed" && isWaiting(workflow)) state.workflow = { ...workflow, endedBy: text(fields, "call") };
  else delete state.workflow;
}

/** Whether the next step is still to come. */
function isWaiting({ running, endedBy }: WorkflowState): boolean {
  return running === undefined && endedBy === undefined;
}

function isStep({ id, next }: WorkflowState, fields: Folded["state"]): boolean {
  const step = objectOf(fields, "step");
  return step !== undefined && text(step, "workflow") === id && number(step, "index") === next;
}
