import { digestOf } from "../../../packages/core/src/json/sha256.ts";
import {
  emptySession,
  type ApprovalState,
  type Asked,
  type CallState,
  type SessionState,
} from "../../../packages/core/src/session/state.ts";

/** The args of the call that waits. */
export const ARGS = { to: "bob@out.example", body: "hello" };

/** What a rule asks for. */
export function asked(rule: string, more: Partial<Asked> = {}): Asked {
  return { rule, digest: `digest of ${rule}`, quorum: 1, editable: [["body"]], expiresAt: null, ...more };
}

/** A call that waits for an approval. */
export function waitingCall(more: Partial<CallState> = {}): CallState {
  return {
    id: "c1",
    tool: "send_email",
    definition: null,
    proposed: digestOf(ARGS),
    settled: digestOf(ARGS),
    source: ARGS,
    decision: {
      decision: "require_approval",
      rules: ["outside"],
      reason: "",
      args: ARGS,
      labels: [],
      shadow: [],
      errors: [],
      puts: [],
      requirements: [],
      charges: [],
    },
    status: "pending",
    lease: 0,
    charged: [],
    ...more,
  };
}

/** The approval that it waits for. */
export function waitingApproval(more: Partial<ApprovalState> = {}): ApprovalState {
  return {
    id: "ap_1",
    call: "c1",
    requestedAt: 0,
    first: "d1",
    digest: "d1",
    asked: [asked("outside")],
    reason: "",
    verdicts: [],
    status: "pending",
    facts: {
      tool: { name: "send_email", effect: "side_effect", trust: "trusted", credential: false, labels: ["mail"] },
      principal: { id: "ann", roles: ["support"] },
      agent: { id: "desk", version: 2 },
      context: { device: "managed" },
      destinations: ["bob@out.example"],
      external: true,
      resource: "mail",
    },
    origins: [],
    ...more,
  };
}

/** The session of both. */
export function session(more: Partial<SessionState> = {}): SessionState {
  return { ...emptySession("t/s", ""), pin: { tenant: "t", session: "s", principal: "ann", agent: "desk" }, ...more };
}
