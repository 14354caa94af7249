import type { Approval, Approvals, Identity, OnFault, Proposal, Session } from "@sallyport/core";
import type { KnownTools } from "./known-tools.ts";
import type { FreshAnswer, Interrupt } from "./pause.ts";
import type { NativeCall } from "./to-call.ts";

/** What the calls of one message are settled with. */
export interface Bench {
  readonly session: Session;
  readonly approvals: Approvals;
  readonly tools: KnownTools;
  readonly interrupt: Interrupt;
  /** whose verdicts the answers are, and which is new; undefined: they only wake the agent */
  readonly answering: { readonly approver: () => Promise<Identity | undefined>; readonly fresh: FreshAnswer | undefined } | undefined;
  readonly onFault: OnFault;
}

/** A call of the batch that somebody was asked about, whatever became of it. */
export interface AskedCall {
  readonly native: NativeCall;
  readonly approval: Approval;
  /** How it stands now; `resumed`: the framework says that somebody said yes. */
  readonly stand: (options?: { readonly resumed: boolean }) => Promise<Proposal | undefined>;
  /** why the newest answer about it did not count */
  readonly ignored?: string | undefined;
}

/** The calls that do not run this time, and why. */
export type Refused = Map<AskedCall, string>;
