import type { RequestContext } from "@mastra/core/request-context";
import type { ToolExecutionContext } from "@mastra/core/tools";

/** What Mastra hands its tools, its processors and its workflow steps: what a session is made of. Only `requestContext` came with the request. */
export interface Handed {
  readonly requestContext: RequestContext | undefined;
  /** the memory thread of the run, which a resumed run keeps */
  readonly threadId?: string;
  /** whose thread that is */
  readonly resourceId?: string;
  readonly agentId?: string;
  readonly workflowId?: string;
  /** of the agent's or the workflow's run; not known to processors */
  readonly runId?: string;
}

/** One execution of a tool, as Mastra hands it over. */
export interface Execution {
  readonly handed: Handed;
  /** who called: a model that reads the answer, a workflow that goes on with it, or code */
  readonly caller: "agent" | "workflow" | "code";
  readonly toolCallId?: string;
  /** the idempotency key of the guarded call whose tool runs this one with the context it was handed */
  readonly within?: string;
  /** stops the run until it is resumed; undefined where nothing could resume it */
  readonly suspend?: Suspend;
  readonly signal?: AbortSignal | undefined;
}

/** Mastra's own pause. It may throw what has to reach Mastra, so nothing may catch it. */
type Suspend = (payload: unknown, options?: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** Reads what Mastra hands to `execute`; nothing of it is the model's, but for `resumeData`, which is not looked at here. */
export function readExecution(context: Partial<ToolExecutionContext> | undefined): Execution {
  const execution = readNative(context);
  const within = textIn(context, "idempotencyKey");
  if (within === undefined) return execution;
  // the ids and the pause in that context are the outer call's
  const { toolCallId: _, suspend: _suspend, ...rest } = execution;
  return { ...rest, caller: "code", within };
}

function readNative(context: Partial<ToolExecutionContext> | undefined): Execution {
  const { agent, workflow, requestContext, abortSignal: signal } = context ?? {};
  const runId = textIn(context, "runId") ?? textIn(workflow, "runId");
  const run = runId === undefined ? {} : { runId };
  if (agent !== undefined && runId !== undefined && agent.toolCallId !== "") {
    const { agentId, toolCallId, threadId, resourceId, suspend } = agent;
    const handed = { requestContext, agentId, ...run, ...optional("threadId", threadId), ...optional("resourceId", resourceId) };
    return { signal, handed, caller: "agent", toolCallId, ...(isResumable(context) ? { suspend: suspendBy(suspend) } : {}) };
  }
  if (workflow !== undefined && runId !== undefined) {
    const handed = { requestContext, workflowId: workflow.workflowId, ...run };
    return { signal, handed, caller: "workflow", suspend: suspendBy(workflow.suspend) };
  }
  return { signal, handed: { requestContext, ...run }, caller: "code" };
}

/** Without a Mastra there is no storage; and a network runs what it resumes under a new call id. Only networks hand over `context`. */
function isResumable(context: object | undefined): boolean {
  return context !== undefined && Reflect.get(context, "mastra") !== undefined && !("context" in context);
}

function suspendBy(suspend: (payload: unknown, options?: Record<string, unknown>) => Promise<unknown>): Suspend {
  return async (payload, options) => suspend(payload, { ...options });
}

/** A text that is not empty, where an object has one. */
export function textIn(value: unknown, key: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const text: unknown = Reflect.get(value, key);
  return typeof text === "string" && text !== "" ? text : undefined;
}

/** A property, where there is a value for it. */
export function optional<K extends string>(key: K, value: string | undefined): { readonly [key in K]?: string } {
  const part: { [key in K]?: string } = {};
  if (value !== undefined) part[key] = value;
  return part;
}
