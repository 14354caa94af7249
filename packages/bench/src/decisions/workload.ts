/** What a rule of a generated set asks of a request; every peer is given the same tests in its own language. */
export type Test =
  | { readonly kind: "equals"; readonly field: string; readonly value: string }
  | { readonly kind: "prefix"; readonly field: string; readonly value: string }
  | { readonly kind: "above"; readonly field: string; readonly value: number }
  | { readonly kind: "below"; readonly field: string; readonly value: number }
  | { readonly kind: "listed"; readonly field: string; readonly values: readonly string[] }
  /** a text such as `INV-1234-EU`: the start, a hyphen, four digits, a hyphen, the end */
  | { readonly kind: "pattern"; readonly field: string; readonly start: string; readonly end: string }
  | { readonly kind: "label"; readonly label: string }
  | { readonly kind: "tenant"; readonly tenant: string }
  | { readonly kind: "role"; readonly role: string };

/** What a rule decides. */
export type Effect = "allow" | "deny" | "require_approval";

/** One rule: about the tools of one name or glob, matching where all its tests hold. */
export interface RuleSpec {
  readonly id: string;
  /** as a policy names them: a name, or a glob */
  readonly selector: string;
  /** the tools that the selector is about */
  readonly tools: readonly string[];
  readonly effect: Effect;
  readonly tests: readonly Test[];
}

/** Args as JSON text parses to: flat, texts and numbers. */
export type Args = Readonly<Record<string, string | number>>;

/** On whose behalf a request comes. */
export interface Principal {
  readonly id: string;
  readonly tenant: string;
  readonly roles: readonly string[];
}

/** One request, as a peer's user would have it in hand. */
export interface PlainRequest {
  readonly tool: string;
  readonly args: Args;
  readonly principal: Principal;
  /** the labels of the session, sorted */
  readonly labels: readonly string[];
}

/** What is generated: the rules' number decides the number of tools, and the seed everything else. */
export interface Recipe {
  readonly rules: number;
  readonly requests: number;
  readonly seed: number;
  /** how many of ten rules name their tools by a glob */
  readonly globs: number;
  /** every tool as often, or a few tools nearly always (Zipf) */
  readonly traffic: "even" | "skewed";
}

/** Rules, and requests to decide by them; what no rule decides is denied. */
export interface Workload {
  readonly tools: readonly string[];
  readonly rules: readonly RuleSpec[];
  readonly requests: readonly PlainRequest[];
}

/** What was decided: the rules that match at the winning level; none, or a default's id, where nothing matched. */
export interface Answer {
  readonly decision: Effect;
  readonly rules: readonly string[];
}
