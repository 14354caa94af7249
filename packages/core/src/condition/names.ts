import { timestampOfMillis } from "./code/moment.ts";
import type { Code } from "./code/run.ts";
import type { Value } from "./code/value.ts";
import { type Scope, USES } from "./expression.ts";
import { ConditionError } from "./fault.ts";
import { FINDING_MEMBERS, SESSION_MEMBERS, shapeOf, TOOL_MEMBERS } from "./shapes.ts";
import { BOOL, DYN, listOf, objectOf, STRING, TIMESTAMP, type Type } from "./type.ts";

/** A fact that a condition may name. */
interface Name {
  readonly type: Type;
  readonly load: Code;
}

/** The names that a condition may read, closed. */
export type Names = ReadonlyMap<string, Name>;

/** A name with its line of the reference, and where it may be read. */
interface Declaration extends Name {
  readonly says: string;
  readonly uses: readonly Scope["use"][];
}

/** Where a text stands that is no call: what is said to the model, and by it. */
const TEXTS: readonly Scope["use"][] = ["when-input", "when-output"];
/** Where a call stands. */
const CALLS: readonly Scope["use"][] = USES.filter((use) => !TEXTS.includes(use));
/** Where `detect` can stand beside the condition. */
const DETECTING: readonly Scope["use"][] = ["when", "when-set", "when-result", ...TEXTS];
/** Where destinations, `external` and `resource` are had: not where they are made, and not before `set` rules are through. */
const AFTER_FACTS: readonly Scope["use"][] = ["when", "when-result", "per", "amount", "by"];
const OPEN = objectOf({}, DYN);
const PARTY = objectOf({ id: STRING }, DYN);

const loadArgs: Code = (facts) => facts.args;

/** Every name that conditions have. */
export const NAMES: ReadonlyMap<string, Declaration> = new Map<string, Declaration>([
  ["tool", { type: shapeOf(TOOL_MEMBERS), uses: CALLS, says: "the tool that is called", load: (facts) => facts.tool }],
  [
    "args",
    { type: OPEN, uses: CALLS, says: "its args, of the types that `input` states; in `set` as the rules before left them", load: loadArgs },
  ],
  [
    "principal",
    {
      type: PARTY,
      uses: USES,
      says: "for whom the agent acts: `id`, and what else the host app says, such as `roles`",
      load: (facts) => facts.principal,
    },
  ],
  ["agent", { type: PARTY, uses: USES, says: "the agent: `id`, and what else the host app says", load: (facts) => facts.agent }],
  [
    "context",
    { type: OPEN, uses: USES, says: "facts that the host app passes: a device, a channel, a ticket", load: (facts) => facts.context },
  ],
  ["session", { type: shapeOf(SESSION_MEMBERS), uses: USES, says: "what has happened in the session", load: (facts) => facts.session }],
  ["now", { type: TIMESTAMP, uses: USES, says: "the time of the decision", load: (facts) => present(timestampOfMillis(facts.now), "now") }],
  [
    "destinations",
    {
      type: listOf(STRING),
      uses: AFTER_FACTS,
      says: "where the call goes, by the tool's `destination`",
      load: (facts) => facts.destinations,
    },
  ],
  ["external", { type: BOOL, uses: AFTER_FACTS, says: "whether one of them is outside the boundary", load: (facts) => facts.external }],
  [
    "resource",
    {
      type: STRING,
      uses: AFTER_FACTS,
      says: "what the call is about, by the tool's `resource`; null where it declares none",
      load: (facts) => facts.resource,
    },
  ],
  [
    "result",
    {
      type: DYN,
      uses: ["when-result"],
      says: "the result: a value where it is JSON or JSON text, else the text",
      load: (facts) => present(facts.result, "result"),
    },
  ],
  [
    "text",
    {
      type: STRING,
      uses: TEXTS,
      says: "the text: a message that comes in, or what the agent says in the end",
      load: (facts) => present(facts.text, "text"),
    },
  ],
  [
    "findings",
    {
      type: listOf(shapeOf(FINDING_MEMBERS)),
      uses: DETECTING,
      says: "what the detectors of the rule's own `detect` found; in a rule without `detect` there is no such name",
      load: (facts) => present(facts.findings, "findings"),
    },
  ],
  [
    "approver",
    {
      type: PARTY,
      uses: ["by"],
      says: "who answers: `id`, and what else the host app says, such as `roles`",
      load: (facts) => present(facts.approver, "approver"),
    },
  ],
]);

/** Why a name that there is cannot be read where a condition stands. */
export function misplacedName(name: string, { use }: Partial<Scope>): string {
  const needsDetect = name === "findings" && use !== undefined && DETECTING.includes(use);
  return needsDetect
    ? "`findings` is known only in a rule with `detect`; add `detect` to this one"
    : `\`${name}\` is not known where this condition stands`;
}

/** The names that may be read where a condition stands. */
export function namesIn({ use, args, detects }: Scope): Names {
  const names = new Map<string, Name>([...NAMES].filter(([, { uses }]) => uses.includes(use)));
  if (detects === undefined) names.delete("findings");
  if (args !== undefined && names.has("args")) names.set("args", { type: args, load: loadArgs });
  return names;
}

function present(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new ConditionError(`\`${name}\` is not known here`);
  return value;
}
