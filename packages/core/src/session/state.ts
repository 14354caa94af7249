import type { Step } from "../condition/facts.ts";
import type { Decision, Requirement } from "../policy/decision.ts";
import type { Json, JsonObject } from "../value.ts";
import { NONE } from "./fields.ts";
import type { WorkflowState } from "./fold-workflow.ts";
import type { SessionOrigins } from "./session-origins.ts";

/** Who a session belongs to: the first record pins it. */
export interface Pin {
  readonly tenant: string;
  readonly session: string;
  readonly principal: string;
  readonly agent: string;
  readonly parent?: string;
}

/** What the host app last said of the session; what conditions see. */
export interface HostFacts {
  readonly principal: JsonObject & { readonly id: string };
  readonly agent: JsonObject & { readonly id: string };
  readonly context: JsonObject;
}

/**
 * Where a call stands. `allowed` and `pending` may still be claimed; `started` is running, or nobody knows yet; `paused` ran
 * until its tool itself had to wait, and goes on when it is called again.
 */
type CallStatus = "allowed" | "denied" | "pending" | "started" | "paused" | "completed" | "failed" | "unknown";

/** What is known of one call, folded from its records. */
export interface CallState {
  readonly id: string;
  readonly tool: string;
  /** digest of the tool's definition, or null */
  readonly definition: string | null;
  /** digest of the args as they were proposed; null where they could not be read, undefined where they were erased */
  readonly proposed: string | null | undefined;
  /** digest of the args that were decided on */
  settled: string | null | undefined;
  /** the args that `set` rules start from: as proposed, or as edited; null: unreadable or erased */
  source: JsonObject | null;
  /** as it was recorded; `args` are what runs */
  decision: Decision;
  status: CallStatus;
  approval?: string;
  /** when the claim ends unless it is renewed, in store time */
  lease: number;
  /** what its claims were counted for, and when */
  charged: readonly { readonly at: number; readonly limit: string; readonly key: string; readonly amount: number }[];
  /** its place in `steps` */
  step?: number;
  result?: CallResult;
  /** since the claim: whether its tool's results are trusted */
  trusted?: boolean;
  /** since the claim: whether it was let go past the gate, so that its result comes from whoever ran it */
  released?: boolean;
}

/** How a call ended; erased content replays as completed but unavailable. */
export interface CallResult {
  readonly content: Json | undefined;
  readonly error: boolean;
  /** the rules that withheld it */
  readonly withheld: readonly string[] | undefined;
}

/** A requirement since it was asked. */
export interface Asked extends Requirement {
  /** store time, or null: never */
  readonly expiresAt: number | null;
}

/** One approver's recorded answer, and the requirements that it counts for. */
export interface RecordedVerdict {
  readonly approver: string;
  readonly decision: "approve" | "deny";
  readonly names: readonly { readonly rule: string; readonly digest: string }[];
  /** ids of calls whose results the approver vouches for, once the approval is given */
  readonly endorsed?: readonly string[];
}

/** Args that an approver wrote, and who it was. */
export interface Edit {
  readonly args: JsonObject;
  readonly approver: JsonObject & { readonly id: string };
}

/** An approval since it was asked for. */
export interface ApprovalState {
  readonly id: string;
  readonly call: string;
  readonly requestedAt: number;
  /** the digest that it was first asked for with: another one now is an edit */
  readonly first: string;
  digest: string;
  asked: readonly Asked[];
  reason: string;
  /** verdicts since the last edit */
  verdicts: readonly RecordedVerdict[];
  /** args as an approver edited them, until they are decided on */
  edit?: Edit;
  /** `withdrawn`: the policy stopped asking, and the call ran */
  status: "pending" | "approved" | "denied" | "expired" | "withdrawn";
  /** what the denying approver gave as reason */
  refusal?: string;
  /** the facts that `by` may look at, as they were when it was asked */
  facts: JsonObject;
  /** where the values of the args were seen, as it was written when it was asked */
  origins: readonly JsonObject[];
}

/** What became of a message. */
interface MessageState {
  readonly role: "system" | "user" | "external";
  readonly decision: "allow" | "deny";
  readonly rules: readonly string[];
  readonly reason: string;
  /** undefined: erased */
  readonly content: string | undefined;
}

/** Finds the key of a tenant's prints; undefined: nobody handed one over. */
export type KeyOfPrints = ((tenant: string) => string) | undefined;

/** All that the gate knows of a session: a fold over its stream. Only `fold` writes to it. */
export interface SessionState {
  readonly stream: string;
  length: number;
  /** hash of the last record */
  head: string;
  lastAt: number;
  pin?: Pin;
  facts?: HostFacts;
  /** sorted */
  labels: readonly string[];
  /** what put a label: the id of the one call that did; null where there is more to it */
  readonly sources: Map<string, string | null>;
  readonly steps: Step[];
  readonly calls: Map<string, CallState>;
  readonly approvals: Map<string, ApprovalState>;
  /** messages by their digest, as they were observed */
  readonly messages: Map<string, MessageState>;
  /** undefined: it is not known where values were seen, as where prints were made under a key that is not at hand */
  origins?: SessionOrigins;
  readonly keyOfPrints: KeyOfPrints;
  /** placeholders of redactions, by the digest of the value that each stands for */
  readonly placeholders: Map<string, string>;
  /** the values behind placeholders; those of secrets are kept nowhere */
  readonly redacted: Map<string, string>;
  /** what adapters keep, by their keys */
  readonly kept: Map<string, string>;
  /** the workflow that is followed; undefined: none */
  workflow?: WorkflowState;
  /** refused attempts that are recorded once only: strangers', and calls resumed without an approval */
  readonly noted: Set<string>;
  /** calls denied by policy or by people since the last one that was allowed or approved */
  denials: number;
}

/** A session of which nothing is recorded yet. */
export function emptySession(stream: string, head: string, keyOfPrints?: KeyOfPrints): SessionState {
  return {
    stream,
    length: 0,
    head,
    lastAt: 0,
    labels: NONE,
    sources: new Map(),
    steps: [],
    calls: new Map(),
    approvals: new Map(),
    messages: new Map(),
    keyOfPrints,
    placeholders: new Map(),
    redacted: new Map(),
    kept: new Map(),
    noted: new Set(),
    denials: 0,
  };
}

/** The label of outside text: of untrusted tools' results and of external messages. */
export const UNTRUSTED = "untrusted";

/** Labels with more put on, sorted; the same list where nothing is new. It is frozen, since decisions hand it out. */
export function addLabels(labels: readonly string[], more: readonly string[]): readonly string[] {
  return more.every((label) => labels.includes(label)) ? labels : Object.freeze([...new Set([...labels, ...more])].sort());
}
