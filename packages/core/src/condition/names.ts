import { timestampOfMillis } from "./code/moment.ts";
import type { Code } from "./code/run.ts";
import type { Value } from "./code/value.ts";
import type { Scope } from "./expression.ts";
import { ConditionError } from "./fault.ts";
import { BOOL, DYN, listOf, NUMBER, objectOf, oneOf, STRING, TIMESTAMP, type Type } from "./type.ts";

/** A fact that a condition may name. */
interface Name {
  readonly type: Type;
  readonly load: Code;
}

/** The names that a condition may read, closed. */
export type Names = ReadonlyMap<string, Name>;

/** The names that conditions have at all, for messages about those that stand elsewhere. */
export const ALL_NAMES: readonly string[] =
  "tool args principal agent context session destinations external resource now result approver".split(" ");

/** The names that come with a later version. */
export const LATER_NAMES: ReadonlySet<string> = new Set(["findings", "text"]);

/** The names that may be read where a condition stands. */
export function namesIn(scope: Scope): Names {
  const names = new Map(Object.entries(callNames(scope.args ?? OPEN)));
  if (!beforeFacts(scope.use)) for (const [name, fact] of Object.entries(CALL_FACTS)) names.set(name, fact);
  if (scope.use === "when-result") names.set("result", { type: DYN, load: (facts) => present(facts.result, "result") });
  if (scope.use === "by") names.set("approver", { type: PARTY, load: (facts) => present(facts.approver, "approver") });
  return names;
}

/** Whether the condition is evaluated before destinations, `external` and `resource` are had. */
function beforeFacts(use: Scope["use"]): boolean {
  return use === "set" || use === "when-set" || use === "destination" || use === "resource";
}

const OPEN = objectOf({}, DYN);
const PARTY = objectOf({ id: STRING }, DYN);
const EFFECT = oneOf("read", "write", "side_effect", "unclassified");
const LABELS = listOf(STRING);
const TOOL = objectOf({ name: STRING, effect: EFFECT, trust: oneOf("trusted", "untrusted"), credential: BOOL, labels: LABELS });
const STEP = objectOf({ tool: STRING, effect: EFFECT, decision: oneOf("allow", "approved"), labels: LABELS, rows: NUMBER, bytes: NUMBER });
const SESSION = objectOf({ id: STRING, labels: LABELS, steps: listOf(STEP) });

function callNames(args: Type): { readonly [name: string]: Name } {
  return {
    tool: { type: TOOL, load: (facts) => facts.tool },
    args: { type: args, load: (facts) => facts.args },
    principal: { type: PARTY, load: (facts) => facts.principal },
    agent: { type: PARTY, load: (facts) => facts.agent },
    context: { type: OPEN, load: (facts) => facts.context },
    session: { type: SESSION, load: (facts) => facts.session },
    now: { type: TIMESTAMP, load: (facts) => present(timestampOfMillis(facts.now), "now") },
  };
}

const CALL_FACTS: { readonly [name: string]: Name } = {
  destinations: { type: listOf(STRING), load: (facts) => facts.destinations },
  external: { type: BOOL, load: (facts) => facts.external },
  resource: { type: STRING, load: (facts) => facts.resource },
};

function present(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new ConditionError(`\`${name}\` is not known here`);
  return value;
}
