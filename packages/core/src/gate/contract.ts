import type { Decision } from "../policy/decision.ts";
import type { Policy } from "../policy/policy.ts";
import type { Store } from "../ledger/store.ts";
import type { JsonObject } from "../value.ts";

/** Someone with an id: a principal, an agent or an approver, with any claims beside. */
export interface Identity {
  readonly id: string;
  readonly [claim: string]: unknown;
}

/** What the host app says of a session; none of it ever comes from a message. */
export interface SessionInit {
  /** the chat's id, never the request's */
  readonly id: string;
  readonly principal: Identity & { readonly tenant?: string; readonly roles?: readonly string[] };
  readonly agent: Identity;
  /** facts of this request: device, channel, ticket */
  readonly context?: Readonly<Record<string, unknown>>;
  /** the id of the session that this one works for; its labels and origins are inherited */
  readonly parent?: string;
}

/** One proposed use of a tool. */
export interface Call {
  /** unique in its session and stable on resume */
  readonly id: string;
  readonly tool: string;
  /** anything; what is no JSON object is denied */
  readonly args: unknown;
  /** what the framework knows of the tool (name, description, schema); an approval binds its digest */
  readonly definition?: unknown;
}

/** What a tool gets beside its args. */
export interface RunControl {
  /** the same for every attempt at this call: hand it to the other side */
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
  /** Inspects a preliminary value (a yield) before it is released; resolves to what may be shown. */
  readonly inspect: (value: unknown) => Promise<unknown>;
}

/**
 * What a run resolves to whose tool has to wait itself, as one does that is an agent and whose own call needs a
 * human. The claim ends, nothing of the call is released, and it runs again from its start when it is called again.
 */
export const paused: unique symbol = Symbol.for("sallyport.paused");

/** The tool: runs once, with the frozen args that were decided on; again only where it resolved to `paused`. */
export type Run = (args: JsonObject, control: RunControl) => unknown;

/** Where one value of the args was seen. */
export interface ArgOrigin {
  /** below args: `recipient`, `to[0]`; empty where it is about values that are not explained */
  readonly path: string;
  /** the sentence that says it: "`recipient` US13… was seen in the result of read_file #c1 (outside text)" */
  readonly says: string;
  readonly seen: readonly {
    /** `user`, `system`, `external`, `policy`, `tool:NAME#CALL` */
    readonly origin: string;
    readonly trusted: boolean;
    /** the place where it stands with some words around it; left out where the text is no longer there */
    readonly excerpt?: string;
  }[];
}

/** A call that waits for a human, or did. */
export interface Approval {
  readonly id: string;
  /** `withdrawn`: the policy stopped asking, and the call ran without it */
  readonly status: "pending" | "approved" | "denied" | "expired" | "withdrawn";
  readonly session: string;
  readonly tenant: string;
  readonly principal: string;
  readonly agent: string;
  readonly call: { readonly id: string; readonly tool: string; readonly args: JsonObject | null };
  /** SHA-256 of all that the approval binds */
  readonly digest: string;
  /** the ids of the rules that still have to be answered */
  readonly rules: readonly string[];
  readonly reason: string;
  /** what the approver who denied it gave as reason */
  readonly refusal?: string;
  /** why its call was denied, where it was: what the model reads */
  readonly denial?: Pick<Decision, "reason" | "rules" | "errors">;
  /** every rule that asks, who may answer it, and who has approved */
  readonly asked: readonly {
    readonly rule: string;
    readonly by?: string;
    readonly quorum: number;
    readonly approvers: readonly string[];
  }[];
  /** the args as an approver edited them, while nobody has decided on the edit yet */
  readonly edit?: { readonly args: JsonObject; readonly approver: string };
  /** whether the args are an approver's by now, not those that it was asked for */
  readonly edited: boolean;
  /** paths below args that the approver may change: `args.body` */
  readonly editable: readonly string[];
  /** where each value of the args was seen, when it was asked; empty where nobody knows */
  readonly origins: readonly ArgOrigin[];
  /** ISO 8601 */
  readonly requestedAt: string;
  readonly expiresAt: string | null;
}

/** What became of a call. */
export type Outcome =
  | { readonly status: "completed"; readonly result: unknown; readonly decision: Decision }
  | { readonly status: "failed"; readonly error: unknown; readonly decision: Decision }
  | { readonly status: "denied"; readonly decision: Decision }
  | { readonly status: "pending"; readonly decision: Decision; readonly approval: Approval }
  /** it was started and nobody knows how it ended; it is not run again, unless its run resolved to `paused` */
  | { readonly status: "unknown"; readonly decision: Decision; readonly reason: string };

/** A text that enters what the model sees. */
export interface Message {
  readonly role: "system" | "user" | "external";
  readonly content: string;
}

/** What the policy made of a message: one that is denied must not reach the model. */
export interface Observation {
  readonly decision: "allow" | "deny";
  readonly rules: readonly string[];
  readonly reason: string;
}

/** The agent's text as it comes: what is handed out may be shown at once, and holds nothing that a rule would redact or deny. */
export interface ResponseStream {
  /** Takes a part of the text; resolves to what may be shown now, perhaps nothing yet. Rejects like `observe`. */
  write(part: string): Promise<string>;
  /** Ends the text, records it, and resolves to the rest that may be shown. Rejects like `observe`. */
  end(): Promise<string>;
}

/** What hooks use that see what a model proposes, and neither its tools nor their runs. */
interface Releasing {
  /**
   * Lets a call go to somebody who runs it past the gate, and once: claimed as by `call`, on everything of this moment. Whoever
   * asks again is denied (`released-before`). What it returned comes back through `outcomeOf`. For hooks that see what a model
   * proposes, and neither its tools nor their runs.
   */
  release(call: Call): Promise<Proposal>;
  /**
   * What became of a call that was proposed under this id, as it stands on record; undefined where none was, where it was never
   * started, or the session is somebody else's. `returned` is what a released call came back with: inspected and recorded as its
   * result, unless it has one. Rejects with `store-failed`, `invalid-policy`.
   */
  outcomeOf(id: string, returned?: { readonly value: unknown }): Promise<Outcome | undefined>;
}

/** What adapters use whose framework has no storage of its own. */
interface Keeping {
  /**
   * Keeps a text for an adapter whose framework has no storage of its own, beside the records and as long as their texts; null
   * lets go of it. Nothing is decided on it. Rejects like `observe`.
   */
  keep(key: string, text: string | null): Promise<void>;
  /** What is kept under a key in this session; undefined: nothing, or it was erased. Rejects with `store-failed`. */
  kept(key: string): Promise<string | undefined>;
}

/** One session at the gate: what adapters use. */
export interface Session extends Releasing, Keeping {
  readonly id: string;
  /** The tools, out of these, that some call of this session might be allowed to use. */
  offer(tools: readonly string[]): Promise<readonly string[]>;
  /**
   * Records a text that enters the context, with the labels it puts, and says what rules on input make of it; the same text
   * again is not recorded again. What it holds was then seen. Rejects with a SallyportError: `invalid-input` for a message
   * that is none, is longer than 16 Mi characters, or a session that cannot be, `store-failed`, `invalid-policy`.
   */
  observe(message: Message): Promise<Observation>;
  /**
   * Decides and records, without running: for frameworks that ask first and run later. `resumed`: the framework says that a
   * human has said yes; where no verdict on record does, the call is refused this once, and that is recorded.
   */
  propose(call: Call, options?: { readonly resumed?: boolean }): Promise<Proposal>;
  /**
   * How a call stands that was proposed before, for hooks that see it again but not its tool; undefined where none was
   * under this id, or the session is somebody else's. `resumed` as in `propose`. Rejects with `store-failed`.
   */
  standing(id: string, options?: { readonly resumed?: boolean }): Promise<Proposal | undefined>;
  /** Which of these ids a call was proposed under last: where a framework uses one again. Like `standing` otherwise. */
  lastOf(ids: readonly string[]): Promise<string | undefined>;
  /** The one way through: decides, waits for nobody, claims, runs once, inspects, records. Never throws for what the tool or the policy does. */
  call(call: Call, run: Run, options?: { readonly signal?: AbortSignal | undefined }): Promise<Outcome>;
  /**
   * Starts a preapproved workflow of the policy, from its first step, in place of one that was started before. Only the host
   * app calls this, by itself or for someone (`by`) whom it lets start it: no message and no tool reaches it. Rejects like
   * `observe`; with `invalid-input` also where the policy has no such workflow.
   */
  start(workflow: string, options?: { readonly by?: Identity }): Promise<void>;
  /** Records what a framework tells of a tool beside its calls here: evidence, nothing is decided on it. Rejects like `observe`. */
  note(sight: ToolSight): Promise<void>;
  /** Inspects and records the agent's final text, and resolves to what may be shown. Rejects like `observe`. */
  respond(text: string): Promise<string>;
  /** The same for a text that comes in parts. */
  respondInParts(): ResponseStream;
}

/** What was seen of a tool that a framework ran, or was kept from running. */
export interface ToolSight {
  readonly tool: string;
  readonly event: "started" | "ended" | "failed" | "blocked";
  /** the framework's id of the call, where it has one */
  readonly call?: string;
}

/** Where a proposed call stands: `allow` may be called now, also after its approval was given. */
export interface Proposal {
  readonly status: "allow" | "deny" | "pending";
  readonly decision: Decision;
  /** the one that it waits for, or that it had */
  readonly approval?: Approval;
}

/** One approver's answer. */
export interface Verdict {
  readonly decision: "approve" | "deny";
  /** who answers, as the host app authenticated them */
  readonly approver: Identity;
  readonly reason?: string;
  /** the args to run instead, changed only within `editable` */
  readonly args?: unknown;
  /** ids of calls whose results the approver vouches for: values from them count as trusted in this session from now on */
  readonly endorse?: readonly string[];
  /** the approval's `digest` as the approver saw it: where somebody has edited the call since, the answer is ignored */
  readonly digest?: string;
}

/** What a verdict did; `rules` are those still to be answered. */
export interface Resolution {
  readonly status: "approved" | "denied" | "pending" | "ignored";
  readonly rules: readonly string[];
  /** why it was ignored, or why an edit denies the call */
  readonly reason?: string;
}

/** The approvals of a store, for the people who answer them. */
export interface Approvals {
  /** The approvals of a store; all of them where the query names nothing. Rejects with `store-failed`. */
  list(query?: { readonly status?: "pending"; readonly tenant?: string; readonly principal?: string }): Promise<readonly Approval[]>;
  /** One approval, whatever became of it. */
  get(id: string): Promise<Approval | undefined>;
  /** Takes an answer. Rejects with `invalid-input` where there is no such approval or the verdict is none, and with `store-failed`. */
  resolve(id: string, verdict: Verdict): Promise<Resolution>;
  /** Approvals as they are asked for or change from now on, until the signal aborts; list first what there is. */
  watch(signal: AbortSignal): AsyncIterable<Approval>;
}

/** The pipeline around every call. */
export interface Gate {
  readonly strict: boolean;
  session(init: SessionInit): Session;
  readonly approvals: Approvals;
  /** The policy of now; throws SallyportError `invalid-policy` where it cannot be had. */
  readonly policy: () => Policy;
  /**
   * Whether a key of the policy's catalog matches a tool's name; what none matches is unclassified. Where the policy cannot be
   * had there is no catalog to compare with: every call is denied, and says so. Nor is there in a policy without one that
   * allows what it does not know.
   */
  readonly knows: (tool: string) => boolean;
  /**
   * What an adapter keeps of the tools that it guards with this gate, by name: for its own hooks that see a call and not its
   * tool. Nothing is decided on it, and nothing here is ever run.
   */
  readonly tools: Map<string, object>;
  /**
   * Says what an adapter found at start-up: to `onCoverage`; where that is left out a warning on the console, each once. A
   * strict gate refuses what cannot be enforced with a SallyportError `not-enforceable`.
   */
  report(gap: CoverageGap, onCoverage?: OnCoverage): void;
}

/** A tool that calls for a look: its calls cannot be enforced, or the policy does not know it. */
export interface CoverageGap {
  readonly tool: string;
  /**
   * `client-side`: it has nothing to run here; `provider-executed`: it runs at the model's provider before anyone can be
   * asked; `unguarded`: it runs here, past the gate; `ungoverned`: a way past the gate to a model or to its tools, that an
   * adapter cannot look into; `uncatalogued`: it is enforced, but no key of the policy's catalog matches its name
   */
  readonly gap: "client-side" | "provider-executed" | "unguarded" | "ungoverned" | "uncatalogued";
}

/** Gets every gap that is found. */
export type OnCoverage = (gap: CoverageGap) => void;

/** What a gate is made of. */
export interface GateOptions {
  /** a loaded policy, or where the current one is to be had; where it throws every call is denied */
  readonly policy: Policy | (() => Policy);
  readonly store: Store;
  /**
   * A secret of the app (at least 16 characters, the same in every process) under which records keep what was seen as
   * fingerprints, also of texts that were erased. Left out: each session has a random key of its own in its records, which is
   * erased with them; then nobody knows any more where its values were seen, and conditions that ask fail.
   */
  readonly fingerprintKey?: string;
  /** refuse at start-up what an adapter cannot enforce, instead of reporting it */
  readonly strict?: boolean;
}
