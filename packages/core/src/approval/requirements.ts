import { compileCondition } from "../condition/compile.ts";
import type { Facts } from "../condition/facts.ts";
import type { Requirement } from "../policy/decision.ts";
import type { ApprovalState, Asked, RecordedVerdict } from "../session/state.ts";
import type { JsonObject } from "../value.ts";

/** The requirements as they stand once asked: those asked before keep their time. */
export function askedAt(requirements: readonly Requirement[], now: number, before: readonly Asked[] = []): readonly Asked[] {
  return requirements.map((requirement) => {
    const known = before.find((asked) => isSame(asked, requirement));
    return known ?? { ...requirement, expiresAt: requirement.expires === undefined ? null : now + requirement.expires };
  });
}

/** When the approval ends: the earliest end of what it asks; null: never. */
export function expiryOf(asked: readonly Asked[]): number | null {
  const ends = asked.flatMap(({ expiresAt }) => expiresAt ?? []);
  return ends.length === 0 ? null : Math.min(...ends);
}

/** Whether the approval ended before it was used. */
export function isExpired(approval: ApprovalState, now: number): boolean {
  const end = expiryOf(approval.asked);
  return end !== null && now >= end;
}

/** The requirements that the verdicts on record do not satisfy: each needs its own quorum of different approvers. */
export function unsatisfied<T extends Requirement>(requirements: readonly T[], verdicts: readonly RecordedVerdict[]): readonly T[] {
  return requirements.filter((requirement) => approversOf(requirement, verdicts).length < requirement.quorum);
}

/** The different approvers whose approvals count for a requirement. */
export function approversOf(requirement: Requirement, verdicts: readonly RecordedVerdict[]): readonly string[] {
  const naming = verdicts.filter(({ decision, names }) => decision === "approve" && names.some((name) => isSame(name, requirement)));
  return [...new Set(naming.map(({ approver }) => approver))];
}

/** The requirements that this approver counts for; a `by` that fails lets nobody count. */
export function countsFor<T extends Requirement>(requirements: readonly T[], facts: Facts, approver: JsonObject): readonly T[] {
  return requirements.filter(({ by }) => by === undefined || holds(by, { ...facts, approver }));
}

/** Whether two requirements are one: the same rule with the same text. */
export function isSame(
  a: { readonly rule: string; readonly digest: string },
  b: { readonly rule: string; readonly digest: string },
): boolean {
  return a.rule === b.rule && a.digest === b.digest;
}

function holds(by: string, facts: Facts): boolean {
  const compiled = compileCondition(by, { use: "by" });
  if (!compiled.ok) return false;
  try {
    return compiled.expression.evaluate(facts) === true;
  } catch {
    // POLICY.md, errors close: where `by` fails that approver does not count
    return false;
  }
}
