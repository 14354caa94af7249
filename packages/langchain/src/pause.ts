import type { Approval } from "@sallyport/core";

/** LangGraph's `interrupt`, which throws to pause and returns what the run is resumed with. */
export type Interrupt = (value: ApprovalRequest) => unknown;

/** What a pause asks: the request of LangChain's own human-in-the-loop pages, in both spellings, and what names it to us. */
export interface ApprovalRequest {
  readonly actionRequests: readonly ActionRequest[];
  readonly reviewConfigs: readonly { readonly actionName: string; readonly allowedDecisions: readonly DecisionType[] }[];
  readonly action_requests: readonly ActionRequest[];
  readonly review_configs: readonly { readonly action_name: string; readonly allowed_decisions: readonly DecisionType[] }[];
  /** in the same order; a page that sends this back with its decisions says which args it showed */
  readonly sallyport: readonly AskedFor[];
}

/** What names one approval to us. */
interface AskedFor {
  readonly approval: string;
  readonly call: string;
  readonly digest: string;
  /** why the answer that the run was resumed with did not count */
  readonly ignored?: string;
}

interface ActionRequest {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly description: string;
}

type DecisionType = "approve" | "edit" | "reject";

/** The request for some approvals; `edits`: whether an edit can count, since the app says who answers. */
export function pauseRequest(
  asked: readonly { readonly approval: Approval; readonly ignored?: string | undefined }[],
  { edits }: { readonly edits: boolean },
): ApprovalRequest {
  const actions = asked.map(({ approval: { call, reason } }) => ({ name: call.tool, args: call.args ?? {}, description: reason }));
  const reviews = asked.map(({ approval: { call, editable } }) => ({
    name: call.tool,
    decisions: edits && editable.length > 0 ? (["approve", "edit", "reject"] as const) : (["approve", "reject"] as const),
  }));
  return {
    actionRequests: actions,
    reviewConfigs: reviews.map(({ name, decisions }) => ({ actionName: name, allowedDecisions: decisions })),
    action_requests: actions,
    review_configs: reviews.map(({ name, decisions }) => ({ action_name: name, allowed_decisions: decisions })),
    sallyport: asked.map(({ approval: { id, call, digest }, ignored }) => ({
      approval: id,
      call: call.id,
      digest,
      ...(ignored === undefined ? {} : { ignored }),
    })),
  };
}

/** The `interrupt` of the graph that a hook runs in; undefined outside of one. LangGraph itself need not be installed. */
export function interruptOf(config: object): Interrupt | undefined {
  const interrupt: unknown = Reflect.get(config, "interrupt");
  return typeof interrupt === "function" ? (value) => Reflect.apply(interrupt, undefined, [value]) : undefined;
}

/**
 * Whether an error is LangGraph's way to leave a node until it is run again: it has to pass, or what waits would run. One that
 * carries a command is none, but a result under way to a parent graph.
 */
export function isPause(error: unknown): boolean {
  // LangGraph's classes say so, never a property of the error itself, which data that it was made of may have written
  if (typeof error !== "object" || error === null || Object.hasOwn(error, "is_bubble_up")) return false;
  return "is_bubble_up" in error && error.is_bubble_up === true && !("command" in error);
}

/** Somebody's answer now; `byId`: to this very pause, as its id says. */
export interface FreshAnswer {
  readonly value: unknown;
  readonly byId: boolean;
}

/**
 * What this very run was resumed with; undefined where nothing is known to be new. LangGraph keeps what it was resumed with
 * and hands it over again on each run of the node, also to runs that somebody else started without an answer, and a bare value
 * even a second time, as if it had been given again. So only a value that was given for this pause by its id, or a bare one
 * that was never seen in this node, is somebody's answer now.
 */
export function freshAnswer(config: object): FreshAnswer | undefined {
  const configurable = Object(Reflect.get(config, "configurable"));
  const scratchpad = Object(Reflect.get(configurable, "__pregel_scratchpad"));
  const stored: unknown = Reflect.get(scratchpad, "resume");
  const bare: unknown = Reflect.get(scratchpad, "nullResume");
  if (!Array.isArray(stored)) return undefined;
  const byId = new Set<unknown>(Object.values(Object(Reflect.get(configurable, "__pregel_resume_map"))));
  const last: unknown = stored.at(-1);
  if (stored.length > 0 && byId.has(last)) return { value: last, byId: true };
  const texts = stored.map((value: unknown) => JSON.stringify(value));
  return bare === undefined || texts.includes(JSON.stringify(bare)) ? undefined : { value: bare, byId: false };
}
