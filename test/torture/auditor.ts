/** Audits a run, in a process of its own: prints what was exercised and what must not be as JSON. */
import { audit } from "./audit/audit.ts";
import { readEvidence } from "./audit/evidence.ts";
import { exercised } from "./audit/exercised.ts";
import type { Violation } from "./audit/violation.ts";

/** What an audit found. */
export interface Findings {
  readonly exercised: Readonly<Record<string, number>>;
  readonly violations: readonly Violation[];
}

const [, , store = "", logs = ""] = process.argv;
const evidence = await readEvidence(store, logs);
const findings: Findings = { exercised: exercised(evidence), violations: audit(evidence) };
console.log(JSON.stringify(findings));
