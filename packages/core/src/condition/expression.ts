import type { Json } from "../value.ts";
import type { Code } from "./code/run.ts";
import type { Facts } from "./facts.ts";
import type { Shared } from "./term/share.ts";
import type { Type } from "./type.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** The places where conditions stand: `when` also beside `set`, on results, and on what is said to and by the model. */
export const USES = [
  "when",
  "when-set",
  "when-result",
  "when-input",
  "when-output",
  "set",
  "destination",
  "resource",
  "per",
  "amount",
  "by",
] as const;

/** Where a condition stands; it decides which names it may read and what it must yield. */
export type Scope = {
  /** `when` yields a boolean (rules, limits and workflow steps), `set` any JSON, `destination` a string or list of strings, `resource` a string,
   * `per` a string or number, `amount` a number, `by` a boolean */
  readonly use: (typeof USES)[number];
  /** what is known of the args: from `input` schemas, joined over the tools that the rule can match; undefined: nothing */
  readonly args?: Type;
  /** the tools and labels that the policy knows, to tell slips by; undefined: none */
  readonly vocabulary?: Vocabulary;
  /** the rule has `detect`: the condition sees `findings` */
  readonly detects?: true;
  /** what it shares with the other conditions of its policy; undefined: nothing */
  readonly shared?: Shared;
  /** in rules that allow or ask and in workflow steps: what an unknown origin could gain there is checked */
  readonly origins?: "tightening";
};

/** Something wrong in a condition, by its offsets in the condition's text. */
export interface ConditionProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** A condition that loaded: checked and compiled, pure. */
export interface Expression {
  readonly source: string;
  /** the value where it does not depend on any fact */
  readonly constant?: Json;
  /** the names of facts it reads: `args`, `session`, … */
  readonly reads: ReadonlySet<string>;
  /** Evaluates within 100,000 steps; throws ConditionError. */
  readonly evaluate: (facts: Facts) => Json;
  /** The parts of it that `&&` joins. It is true where all are, and false where one is and none before it failed: what else it is, `evaluate` says. */
  readonly parts: readonly Code[];
  /** how many steps a run of its parts has */
  readonly steps: number;
}
