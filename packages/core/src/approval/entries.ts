import type { Entry } from "../ledger/record.ts";
import type { Asked, Pin } from "../session/state.ts";
import type { JsonObject } from "../value.ts";
import { expiryOf } from "./requirements.ts";

/** What is written when an approval is asked for, or asks for more. */
export interface Asking {
  readonly id: string;
  readonly pin: Pin;
  readonly call: string;
  readonly tool: string;
  readonly digest: string;
  readonly asked: readonly Asked[];
  readonly reason: string;
  readonly args: JsonObject;
  /** the facts that `by` may look at */
  readonly facts: JsonObject;
  /** where the values of the args were seen */
  readonly origins: readonly JsonObject[];
}

/** The record of an approval that is asked for: all that another process needs to resolve it. */
export function requestEntry({ id, pin, call, tool, digest, asked, reason, args, facts, origins }: Asking): Entry {
  return {
    type: "approval.requested",
    state: {
      approval: id,
      tenant: pin.tenant,
      principal: pin.principal,
      agent: pin.agent,
      session: pin.session,
      call,
      tool,
      expiresAt: expiryOf(asked),
      asked: asked.map(({ rule, digest, quorum, by, editable, expiresAt }) => ({
        rule,
        digest,
        quorum,
        by: by ?? null,
        editable: editable.map((path) => path.join(".")),
        expiresAt,
      })),
    },
    payload: { args, digest, reason, facts, ...(origins.length === 0 ? {} : { origins }) },
  };
}

/** The record that an approval came to its end. */
export function settleEntry(id: string, status: "approved" | "denied" | "expired" | "withdrawn"): Entry {
  return { type: "approval.settled", state: { approval: id, status } };
}

/** What is written of an approver's answer; without names it counts for nothing and is kept as evidence. */
export interface Answering {
  readonly id: string;
  readonly decision: "approve" | "deny";
  readonly approver: JsonObject & { readonly id: string };
  readonly names: readonly { readonly rule: string; readonly digest: string }[];
  readonly reason?: string;
  /** the args as edited */
  readonly edit?: JsonObject;
  /** ids of calls whose results the approver vouches for */
  readonly endorse?: readonly string[];
}

/** The record of an approver's answer. */
export function verdictEntry({ id, decision, approver, names, reason, edit, endorse = [] }: Answering): Entry {
  return {
    type: "approval.verdict",
    state: {
      approval: id,
      decision,
      approver: approver.id,
      names: names.map(({ rule, digest }) => ({ rule, digest })),
      edited: edit !== undefined,
      endorsed: endorse,
    },
    payload: { approver, ...(reason === undefined ? {} : { reason }), ...(edit === undefined ? {} : { args: edit }) },
  };
}
