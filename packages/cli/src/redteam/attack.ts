/** The parts that tools can play in an attack, by their facts in the catalog. */
export const PARTS = [
  "outside",
  "trusted",
  "records",
  "own",
  "bulk",
  "keeps",
  "sends",
  "shares",
  "fetches",
  "changes",
  "credential",
  "limited",
  "unknown",
  "answer",
] as const;

/** A part that a tool can play in an attack. */
export type Part = (typeof PARTS)[number];

/** How much an attack harms, from the worst on. */
export const SEVERITIES = ["critical", "high", "medium", "low"] as const;
type Severity = (typeof SEVERITIES)[number];

/** Sorts of values that name a place or a person. */
export const KINDS = ["email", "url", "account", "channel", "phone", "host", "name"] as const;
export type Kind = (typeof KINDS)[number];

/** What the args of a call are made of, as texts with placeholders; what is left out is made up as the schema wants it. */
export interface Fill {
  /** for the args that say where it goes, one after the other */
  readonly to: readonly string[];
  /** for the args that are free text, one after the other; the last one goes to all that are left */
  readonly text: readonly string[];
  readonly number?: number;
}

/** A call of an attack or of honest work. */
export interface CallStep {
  readonly kind: "call";
  readonly part: Part;
  /** `harm`: this is what the attacker wants; `use`: what the user wants; `way`: it leads there */
  readonly aim: "harm" | "use" | "way";
  readonly fill: Fill;
  readonly times: number;
  readonly session: "main" | "helper";
  /** what it returns, with placeholders */
  readonly result?: string;
  readonly error?: string;
}

/** One step of an attack. */
export type Step =
  | { readonly kind: "message"; readonly role: "user" | "system" | "external"; readonly text: string; readonly session: "main" | "helper" }
  | CallStep
  /** somebody answers for the harmful call: the principal, one approver twice, or one who edits where it goes */
  | { readonly kind: "verdict"; readonly by: "principal" | "twice" | "editor" };

/** An attack, or honest work that looks like one, over tools that are not known yet. */
export interface Attack {
  readonly id: string;
  readonly family: string;
  readonly title: string;
  readonly aim: "harm" | "use";
  readonly severity: Severity;
  /** how a policy closes it */
  readonly fix: string;
  /** sorts of destinations that it is about; undefined: any */
  readonly kinds?: readonly Kind[];
  /** whether calls that lead there and need a human are taken as approved */
  readonly approve: "none" | "all";
  /** whether it takes every harmful call, or any of them */
  readonly takes: "all" | "any";
  readonly steps: readonly Step[];
}
