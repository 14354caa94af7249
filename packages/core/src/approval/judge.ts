import type { Facts } from "../condition/facts.ts";
import type { Entry } from "../ledger/record.ts";
import { parseArgs } from "../json/args.ts";
import { digestOf } from "../json/sha256.ts";
import { objectOf, oneOf, text, texts } from "../session/fields.ts";
import type { ApprovalState, CallState, SessionState } from "../session/state.ts";
import { isObject, type JsonObject } from "../value.ts";
import { isWithin } from "./edit.ts";
import { settleEntry, verdictEntry } from "./entries.ts";
import { countsFor, isExpired, unsatisfied } from "./requirements.ts";

/** An approver's answer, parsed once. */
export interface ParsedVerdict {
  readonly decision: "approve" | "deny";
  readonly approver: JsonObject & { readonly id: string };
  readonly reason?: string;
  /** the args as edited, not yet validated */
  readonly args?: unknown;
  /** the digest of what the approver saw; other args than those are not what they answered */
  readonly digest?: string;
}

/** What an answer does: `edited` waits to be decided on, the others stand. */
export interface Judgement {
  readonly status: "approved" | "denied" | "pending" | "ignored" | "edited";
  /** the rules still to be answered */
  readonly rules: readonly string[];
  readonly entries: readonly Entry[];
  /** why an edit cannot be run at all */
  readonly invalid?: string;
}

/** Judges one answer. Needs no policy: what was asked stands in the record. */
export function judge(state: SessionState, approval: ApprovalState, call: CallState, verdict: ParsedVerdict, now: number): Judgement {
  if (isExpired(approval, now) && approval.status === "pending")
    return { status: "ignored", rules: [], entries: [settleEntry(approval.id, "expired")] };
  if (approval.status !== "pending" || call.status !== "pending") return { status: "ignored", rules: [], entries: [] };
  const open = unsatisfied(approval.asked, approval.verdicts).map(({ rule }) => rule);
  const edit = verdict.decision === "approve" && verdict.args !== undefined ? parseArgs(verdict.args) : undefined;
  const args = edit?.ok === true ? edit.args : (call.decision.args ?? {});
  const names = sameTenant(state, verdict.approver) ? countsFor(approval.asked, factsOf(state, approval, args, now), verdict.approver) : [];
  const { decision, approver, reason } = verdict;
  const answer = { id: approval.id, decision, approver, names, ...(reason === undefined ? {} : { reason }) };
  const ignored: Judgement = { status: "ignored", rules: open, entries: [verdictEntry({ ...answer, names: [] })] };
  // an edit that nobody has decided on yet may still be stopped, but nobody can have seen what it comes to
  const unseen = approval.edit !== undefined || (verdict.digest !== undefined && verdict.digest !== approval.digest);
  if (names.length === 0 || (decision === "approve" && unseen)) return ignored;
  if (decision === "deny") return { status: "denied", rules: [], entries: [verdictEntry(answer), settleEntry(approval.id, "denied")] };
  if (edit !== undefined && !edit.ok)
    return { status: "denied", rules: [], entries: [verdictEntry(answer), settleEntry(approval.id, "denied")], invalid: edit.reason };
  if (edit !== undefined && !isWithin(call.decision.args ?? {}, args, approval.asked)) return ignored;
  const digest = digestOf(args);
  if (edit !== undefined && digest !== call.settled)
    return { status: "edited", rules: open, entries: [verdictEntry({ ...answer, edit: { args, digest } })] };
  return approve(approval, answer);
}

function approve(approval: ApprovalState, answer: Parameters<typeof verdictEntry>[0]): Judgement {
  const { decision, names } = answer;
  const missing = unsatisfied(approval.asked, [...approval.verdicts, { approver: answer.approver.id, decision, names }]);
  const settled = missing.length === 0 ? [settleEntry(approval.id, "approved")] : [];
  return {
    status: missing.length === 0 ? "approved" : "pending",
    rules: missing.map(({ rule }) => rule),
    entries: [verdictEntry(answer), ...settled],
  };
}

/** An approver answers for the tenant of the session only. */
function sameTenant(state: SessionState, approver: JsonObject): boolean {
  return (approver["tenant"] ?? "") === (state.pin?.tenant ?? "");
}

/** The facts that `by` sees: those of when it was asked, with the args of now. */
function factsOf(state: SessionState, { facts }: ApprovalState, args: JsonObject, now: number): Facts {
  const tool = objectOf(facts, "tool") ?? {};
  return {
    tool: {
      name: text(tool, "name"),
      effect: oneOf(tool, "effect", ["read", "write", "side_effect", "unclassified"]),
      trust: oneOf(tool, "trust", ["trusted", "untrusted"]),
      credential: tool["credential"] === true,
      labels: texts(tool, "labels"),
    },
    args,
    principal: identity(facts, "principal", state.pin?.principal),
    agent: identity(facts, "agent", state.pin?.agent),
    context: objectOf(facts, "context") ?? {},
    session: { id: state.pin?.session ?? "", labels: state.labels, steps: state.steps },
    destinations: texts(facts, "destinations"),
    external: facts["external"] === true,
    resource: facts["resource"] ?? null,
    now,
  };
}

function identity(facts: JsonObject, key: string, id: string | undefined): JsonObject {
  const value = facts[key];
  return { ...(isObject(value) ? value : {}), id: id ?? "" };
}
