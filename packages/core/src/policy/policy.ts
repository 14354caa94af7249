import type { Expression } from "../condition/expression.ts";
import type { Effect } from "../condition/facts.ts";
import type { Json, JsonObject } from "../value.ts";

/** What a rule on calls may decide. */
export type Verb = "allow" | "deny" | "require_approval";
/** How grave a match is, from the lightest on; recorded, changes nothing. */
export const SEVERITIES = ["low", "medium", "high", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];
/** Where a rule stands. */
export type Place = "call" | "result" | "input" | "output";

// INVARIANT: what a policy leaves out is there as undefined. A member that is not there could be inherited, where an app lets
// somebody else's text write to Object.prototype, and a deny would be about other calls.

/** Which calls a rule or limit is about; what is left out matches every call, what is given must all match. */
export interface Selector {
  readonly tools: readonly string[] | undefined;
  readonly effects: readonly Effect[] | undefined;
  readonly agents: readonly string[] | undefined;
}

/** A key of the catalog, a name or a glob, with the facts it states. */
export interface CatalogEntry {
  readonly key: string;
  readonly effect: Effect;
  readonly trust: "trusted" | "untrusted";
  readonly labels: readonly string[];
  readonly credential: boolean;
  /** `none`: nothing leaves; undefined: undeclared */
  readonly destination: Expression | "none" | undefined;
  readonly resource: Expression | undefined;
  readonly idempotent: boolean;
  /** JSON Schema of the args, already checked */
  readonly input: JsonObject | undefined;
}

/** How a require_approval rule is answered. */
export interface ApprovalTerms {
  readonly by: Expression | undefined;
  readonly quorum: number;
  /** milliseconds; undefined: never expires */
  readonly expires: number | undefined;
  /** paths such as `args.body`, each as its keys below args: `["body"]` */
  readonly editable: readonly (readonly string[])[];
}

/** One path that a rule writes. */
export interface Assignment {
  /** the keys below args: `args.page.size` is `["page", "size"]` */
  readonly path: readonly string[];
  readonly value: Expression;
}

/** One statement of a policy. */
export interface Rule extends Selector {
  readonly id: string;
  readonly on: Place;
  readonly when: Expression | undefined;
  /** `redact` on results and output only, and only with `detect` */
  readonly decide: Verb | "redact" | undefined;
  /** names of detectors of which some must find something; undefined: none is asked */
  readonly detect: readonly string[] | undefined;
  readonly approval: ApprovalTerms;
  readonly set: readonly Assignment[];
  /** paths kept of a result, each as its keys; undefined: everything */
  readonly keep: readonly (readonly string[])[] | undefined;
  readonly labels: readonly string[];
  readonly reason: string | undefined;
  readonly severity: Severity | undefined;
  readonly mode: "enforce" | "shadow";
  /** SHA-256 over the canonical JSON of the rule as it was written: what an approval names */
  readonly digest: string;
  readonly line: number;
}

/** A sum that may not be exceeded within a rolling window. */
export interface Limit extends Selector {
  readonly id: string;
  readonly when: Expression | undefined;
  readonly per: Expression;
  /** milliseconds */
  readonly window: number;
  /** undefined: 1 a call */
  readonly amount: Expression | undefined;
  readonly max: number;
  readonly decide: "deny" | "require_approval";
  readonly reason: string | undefined;
  readonly severity: Severity | undefined;
  readonly mode: "enforce" | "shadow";
  readonly digest: string;
  readonly line: number;
}

/** One step of a workflow: which call it is. */
export interface WorkflowStep extends Selector {
  readonly when: Expression | undefined;
}

/** A preapproved sequence of calls. */
export interface Workflow {
  readonly id: string;
  /** ids of the require_approval rules that are lifted while a session follows the steps */
  readonly lifts: readonly string[];
  readonly steps: readonly WorkflowStep[];
  /** SHA-256 over the canonical JSON of the workflow as it was written and of the digests of the rules that it lifts: who approved it saw these */
  readonly digest: string;
  readonly line: number;
}

/** A detector of the policy's own. */
export interface CustomDetector {
  readonly name: string;
  /** what its findings are called */
  readonly kind: string;
  /** RE2 syntax */
  readonly pattern: string;
}

/** What is decided where no rule decides. */
export type Defaults = Readonly<Record<Effect | "external" | "credential", Verb>>;

/** A policy file that loaded: everything checked, every condition compiled. */
export interface Policy {
  readonly name: string;
  readonly file: string | undefined;
  /** SHA-256 of the source text */
  readonly digest: string;
  readonly internal: readonly string[];
  readonly tools: readonly CatalogEntry[];
  readonly defaults: Defaults;
  readonly rules: readonly Rule[];
  readonly limits: readonly Limit[];
  readonly workflows: readonly Workflow[];
  readonly detectors: readonly CustomDetector[];
  /** the file as plain data, for printing */
  readonly source: Json;
}
