import type { Facts } from "../condition/facts.ts";
import type { Severity, Verb } from "./policy.ts";
import type { Json, JsonObject } from "../value.ts";

/** What a human has to answer before a call may run: one rule (or limit, or default) that asks. */
export interface Requirement {
  readonly rule: string;
  /** the digest of the rule; a verdict names both, so a changed rule asks again */
  readonly digest: string;
  readonly quorum: number;
  /** the source of the rule's `by`; where it is left out every authenticated approver of the tenant counts */
  readonly by?: string;
  /** paths below args that the approver may change */
  readonly editable: readonly (readonly string[])[];
  /** milliseconds after it was asked; undefined: never */
  readonly expires?: number;
}

/** A condition that failed, and what it belongs to. */
export interface DecisionError {
  readonly rule: string;
  readonly message: string;
}

/** What a call adds to a limit when it is claimed. */
export interface Charge {
  readonly limit: string;
  readonly key: string;
  readonly amount: number;
}

/** What the policy says of one call, with the rules and facts that led there. */
export interface Decision {
  readonly decision: Verb;
  /** the ids that decide at the winning level: rules in file order, then limits; else defaults */
  readonly rules: readonly string[];
  readonly reason: string;
  /** the args as they would run, after `set`; null where they are invalid */
  readonly args: JsonObject | null;
  /** the session's labels when it was decided, sorted */
  readonly labels: readonly string[];
  /** shadow rules and limits that matched */
  readonly shadow: readonly string[];
  readonly errors: readonly DecisionError[];
  /** the gravest severity of the rules that decide; changes nothing */
  readonly severity?: Severity | undefined;
  /** digest of the policy that decided; undefined where none was asked */
  readonly policy?: string | undefined;
  /** labels that matching rules put on the session after this decision */
  readonly puts: readonly string[];
  /** where the call is denied and a detector found secrets in its args: the args as they are recorded, without them */
  readonly masked?: JsonObject | undefined;
  /** leaves of the args that the policy wrote itself; undefined: none */
  readonly policyWrote?: readonly Json[] | undefined;
  /** what has to be answered; empty unless the decision is `require_approval` */
  readonly requirements: readonly Requirement[];
  /** what the call adds to limits when it is claimed */
  readonly charges: readonly Charge[];
  /** the step of a started workflow that the call is, from 0; undefined: of none, or read back from a record */
  readonly step?: { readonly workflow: string; readonly index: number } | undefined;
  /** where the call would go; undefined where it was denied before that was known, and when read back from a record */
  readonly target?: Pick<Facts, "destinations" | "external" | "resource"> | undefined;
}
