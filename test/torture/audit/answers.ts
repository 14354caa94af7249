import type { Told } from "../messages.ts";
import { type Evidence, keyOf } from "./evidence.ts";
import { listIn, objectIn, textIn, textsIn, type RecordedCall } from "./recorded-call.ts";
import type { Violation } from "./violation.ts";

/** Rules of answers that nothing is recorded for, or that are not the call's own. */
const PASSING = ["error:store", "error:aborted", "invalid-session", "call-id-reused"];

/** Audits what processes were told: each answer that says that something is on record. */
export function auditAnswers(evidence: Evidence): readonly Violation[] {
  const violations: Violation[] = [];
  for (const told of evidence.told) {
    const call = evidence.calls.get(keyOf(told));
    if (isOnRecord(told, call)) continue;
    const kind = told.status === "pending" ? "an approval that is lost" : "an answer that is not on record";
    violations.push({
      kind,
      where: `${told.tool} ${keyOf(told)}: ${told.guise}: ${told.status} ${told.receipt ?? told.approval ?? told.reason}`,
    });
  }
  for (const [where, told] of Map.groupBy(evidence.told.filter(isFinal), keyOf)) {
    const ends = new Set(told.map(({ status, receipt }) => `${status} ${receipt ?? ""}`));
    if (ends.size > 1) violations.push({ kind: "answers that contradict each other", where: `${where}: ${[...ends].join(", ")}` });
  }
  return violations;
}

/** An answer about the call itself that does not change any more. */
function isFinal({ guise, status, rules }: Told): boolean {
  if (guise !== "itself") return false;
  return status === "completed" || status === "failed" || (status === "denied" && !rules.some((rule) => PASSING.includes(rule)));
}

function isOnRecord(told: Told, call: RecordedCall | undefined): boolean {
  const { status, rules } = told;
  switch (status) {
    case "completed":
    case "failed":
      return call?.ends.some(({ type, payload }) => type === `call.${status}` && textIn(payload, "content") === told.receipt) ?? false;
    case "pending":
      return has(call, "approval.requested", (state) => textIn(state, "approval") === told.approval);
    case "unknown":
      return isUnknown(told, call);
    case "allowed":
      return call !== undefined;
    case "denied":
      if (rules.includes("error:store") || rules.includes("error:aborted")) return true;
      // of a stranger, and of other args under a used id, it is on record that they tried
      if (rules.includes("invalid-session")) return has(call, "call.refused", (state) => textIn(state, "scope") === "foreign");
      if (rules.includes("call-id-reused")) return has(call, "call.refused", (state) => textIn(state, "scope") === "attempt");
      return isDenied(told, call);
  }
}

/** Nobody knows how it ended: its claim is on record, and where nobody runs it any more also that. */
function isUnknown({ reason }: Told, call: RecordedCall | undefined): boolean {
  if (call === undefined || call.claims.length === 0) return false;
  return reason.includes("another one runs the call") || reason.includes("could not be recorded") || call.unknowns.length > 0;
}

function isDenied({ guise }: Told, call: RecordedCall | undefined): boolean {
  if (has(call, "call.proposed", (state) => textIn(state, "decision") === "deny")) return true;
  if (has(call, "approval.settled", (state) => ["denied", "expired"].includes(textIn(state, "status")))) return true;
  const scopes = guise === "resumed" ? ["call", "resumed"] : ["call"];
  return has(call, "call.refused", (state) => scopes.includes(textIn(state, "scope")));
}

type IsIt = (state: RecordedCall["records"][number]["state"]) => boolean;

function has(call: RecordedCall | undefined, type: string, isIt: IsIt): boolean {
  return call?.records.some((record) => record.type === type && isIt(record.state)) ?? false;
}

/** Audits verdicts: each that an approver was told counts is on record, and each on record is one that an approver gave. */
export function auditVerdicts({ calls, answered }: Evidence): readonly Violation[] {
  const violations: Violation[] = [];
  const verdicts = [...calls.values()].flatMap(({ records }) => records.filter(({ type }) => type === "approval.verdict"));
  const counting = new Set(verdicts.filter(({ state }) => listIn(state, "names").length > 0).map(({ state }) => nameOf(state)));
  const settled = [...calls.values()].flatMap(({ records }) => records.filter(({ type }) => type === "approval.settled"));
  const ends = new Set(settled.map(({ state }) => `${textIn(state, "approval")} ${textIn(state, "status")}`));
  for (const { kind, approval, approver, decision, status } of answered) {
    if (kind !== "verdict" || status === "ignored") continue;
    const where = `${approval}: ${approver} ${decision}: ${status}`;
    if (!counting.has(`${approval} ${approver} ${decision}`)) violations.push({ kind: "a verdict that is lost", where });
    if (status !== "pending" && !ends.has(`${approval} ${status}`))
      violations.push({ kind: "a verdict that is lost", where: `${where}, not settled` });
  }
  const meant = new Set(
    answered.filter(({ kind }) => kind === "intent").map(({ approval, approver, decision }) => `${approval} ${approver} ${decision}`),
  );
  for (const { state, payload } of verdicts) {
    const counts = listIn(state, "names").length > 0;
    const isLead = textsIn(objectIn(payload, "approver"), "roles").includes("lead");
    if (!meant.has(nameOf(state)) || (counts && !isLead)) violations.push({ kind: "a verdict of nobody", where: nameOf(state) });
  }
  return violations;
}

function nameOf(state: RecordedCall["records"][number]["state"]): string {
  return `${textIn(state, "approval")} ${textIn(state, "approver")} ${textIn(state, "decision")}`;
}
