import { auditAnswers, auditVerdicts } from "./answers.ts";
import { auditChains, auditClaims, auditLimits } from "./claims.ts";
import { auditEffects } from "./effects.ts";
import type { Evidence } from "./evidence.ts";
import type { Violation } from "./violation.ts";

/** Looks for all that must not be. */
export function audit(evidence: Evidence): readonly Violation[] {
  const audits = [auditEffects, auditClaims, auditChains, auditLimits, auditAnswers, auditVerdicts];
  return audits.flatMap((look) => look(evidence));
}
