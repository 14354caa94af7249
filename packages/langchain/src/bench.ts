import type { Approval, Approvals, Identity, OnFault, Proposal, Session } from "@sallyport/core";
import type { Interrupt } from "./pause.ts";
import type { DescribedTool, NativeCall } from "./to-call.ts";

/** What the calls of one message are settled with. */
export interface Bench {
  readonly session: Session;
  readonly approvals: Approvals;
  readonly tools: KnownTools;
  readonly interrupt: Interrupt;
  /** whose verdicts the answers are, and which is new; undefined: they only wake the agent */
  readonly answering:
    | { readonly approver: () => Promise<Identity | undefined>; readonly fresh: { readonly value: unknown } | undefined }
    | undefined;
  readonly onFault: OnFault;
}

/** The tools that a hook knows, which itself sees calls only. */
export interface KnownTools {
  readonly find: (name: string) => DescribedTool | undefined;
  /** whether there is none of a name that is not found; else this process may just not have seen it yet */
  readonly complete: () => boolean;
}

/** A call of the batch that somebody was asked about, whatever became of it. */
export interface AskedCall {
  readonly native: NativeCall;
  readonly approval: Approval;
  /** How it stands now; `resumed`: the framework says that somebody said yes. */
  readonly stand: (options?: { readonly resumed: boolean }) => Promise<Proposal | undefined>;
}

/** The calls that do not run this time, and why. */
export type Refused = Map<AskedCall, string>;
