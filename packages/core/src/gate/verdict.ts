import { judge, type Judgement, type ParsedVerdict } from "../approval/judge.ts";
import { denial } from "../decide/decide.ts";
import { SallyportError } from "../error.ts";
import type { ApprovalState, CallState, SessionState } from "../session/state.ts";
import type { Verdict } from "./contract.ts";
import { refusalEntry } from "./entries.ts";
import { readIdentity } from "./host.ts";

/** Judges one answer; a call that it denies with a reason says so from then on. */
export function judgeCall(state: SessionState, approval: ApprovalState, call: CallState, verdict: ParsedVerdict, now: number): Judgement {
  const judged = judge(state, approval, call, verdict, now);
  if (judged.status !== "denied" || judged.reason === undefined) return judged;
  const refusal = refusalEntry(call, "call", denial("invalid-args", judged.reason, state.labels));
  return { ...judged, entries: [...judged.entries, refusal] };
}

function readEndorsed(endorse: unknown): readonly string[] {
  if (Array.isArray(endorse) && endorse.every((id): id is string => typeof id === "string")) return endorse;
  throw new SallyportError("invalid-input", "`endorse` of a verdict is a list of the ids of calls");
}

/** Reads an answer; an approver without an id is nobody. */
export function readVerdict(verdict: Verdict): ParsedVerdict {
  if (typeof verdict !== "object" || verdict === null) throw new SallyportError("invalid-input", "a verdict is `{ decision, approver }`");
  const approver = readIdentity(verdict.approver);
  if (approver === undefined)
    throw new SallyportError("invalid-input", "an approver needs a non-empty `id`; hand over who your app authenticated");
  if (verdict.decision !== "approve" && verdict.decision !== "deny")
    throw new SallyportError("invalid-input", `a verdict is \`approve\` or \`deny\`, not \`${String(verdict.decision)}\``);
  return {
    decision: verdict.decision,
    approver,
    ...(typeof verdict.reason === "string" ? { reason: verdict.reason.toWellFormed() } : {}),
    ...(verdict.args === undefined ? {} : { args: verdict.args }),
    ...(verdict.endorse === undefined ? {} : { endorse: readEndorsed(verdict.endorse) }),
    ...(verdict.digest === undefined ? {} : { digest: verdict.digest }),
  };
}
