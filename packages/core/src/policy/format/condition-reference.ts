import { MAX_STEPS } from "../../condition/code/run.ts";
import type { Kind } from "../../condition/code/value.ts";
import type { Scope } from "../../condition/expression.ts";
import type { Builtin } from "../../condition/functions/builtin.ts";
import { MACROS } from "../../condition/functions/macros.ts";
import { FUNCTIONS } from "../../condition/functions/table.ts";
import { NAMES } from "../../condition/names.ts";
import { FINDING_MEMBERS, type Members, SESSION_MEMBERS, STEP_MEMBERS, TOOL_MEMBERS } from "../../condition/shapes.ts";
import type { Type } from "../../condition/type.ts";
import { code, tableOf } from "./markdown.ts";

/** The sections of the reference about conditions: what they may name and call, from the tables that check them, and how they differ from CEL. */
export function conditionSections(): readonly string[] {
  return [
    "## Conditions",
    "Conditions are written in CEL (Common Expression Language) and are checked when the policy loads: names, members, types, patterns and, where a tool has `input`, its args.",
    "### Names",
    namesTable(),
    ...membersSection("`tool`", TOOL_MEMBERS),
    ...membersSection("`session`", SESSION_MEMBERS),
    ...membersSection("An element of `session.steps`", STEP_MEMBERS),
    ...membersSection("An element of `findings`", FINDING_MEMBERS),
    "### Operators",
    '`==` `!=` `<` `<=` `>` `>=` `+` `-` `*` `/` `%` `&&` `||` `!` `a ? b : c` `a in list` `"key" in object` `a.b` `a["b"]` `list[0]` `[1, 2]` `{"a": 1}`',
    "### Functions",
    functionsTable(),
    "### Macros",
    macrosTable(),
    "### Where conditions differ from CEL",
    DIFFERENCES.map((line) => `- ${line}`).join("\n"),
    "### When a condition fails",
    FAILING,
    tableOf(["where", "what an error means"], FAILURES),
  ];
}

/** The places of conditions that see the same names, as the table of names heads them. */
export const PLACES: readonly (readonly [heading: string, uses: readonly Scope["use"][]])[] = [
  ["`when` on calls, `per`, `amount`", ["when", "per", "amount"]],
  ["`set`, `when` beside it", ["set", "when-set"]],
  ["`destination`, `resource`", ["destination", "resource"]],
  ["`when` on results", ["when-result"]],
  ["`when` on input and output", ["when-input", "when-output"]],
  ["`by`", ["by"]],
];

function namesTable(): string {
  const rows = Array.from(NAMES, ([name, { type, says, uses }]) => [
    code(name),
    typeText(type),
    says,
    ...PLACES.map(([, place]) => standing(place, uses)),
  ]);
  return tableOf(["name", "type", "what it is", ...PLACES.map(([heading]) => heading)], rows);
}

/** Whether a name stands at a place: of what shares one, a `when` may see it and the rest not. */
function standing(place: readonly Scope["use"][], uses: readonly Scope["use"][]): string {
  const some = place.filter((use) => uses.includes(use));
  if (some.length === 0) return "–";
  return some.length === place.length ? "yes" : "in `when`";
}

function membersSection(title: string, members: Members): readonly string[] {
  const rows = Object.entries(members).map(([name, { type, says }]) => [code(name), typeText(type), says]);
  return [`#### ${title}`, tableOf(["member", "type", "what it is"], rows)];
}

function functionsTable(): string {
  const rows = Array.from(FUNCTIONS.values(), (builtin) => [code(signatureOf(builtin)), builtin.says, code(builtin.example)]);
  return tableOf(["function", "what it yields", "example"], rows);
}

function macrosTable(): string {
  const rows = Array.from(MACROS.values(), ({ signature, says, example }) => [code(signature), says, code(example)]);
  return tableOf(["macro", "what it yields", "example"], rows);
}

/** How a function is written, with the kinds that it takes: `string.contains(string) → boolean`. */
function signatureOf({ name, style, params, optional, result }: Builtin): string {
  const kinds = params.map(kindsText);
  const [receiver = "", ...others] = kinds;
  const taken = style === "method" ? others : kinds;
  const least = taken.length - (typeof optional === "number" ? optional : 0);
  const written = taken.map((text, position) => (position < least ? text : `[${text}]`));
  const args = [...written, ...(optional === "more" ? ["…"] : [])].join(", ");
  const head = style !== "method" ? "" : receiver.includes(" ") ? `(${receiver}).` : `${receiver}.`;
  return `${head}${name}(${args}) → ${typeText(result)}`;
}

function kindsText(kinds: readonly Kind[]): string {
  // what takes null takes everything
  return kinds.includes("null") ? "any" : kinds.map(kindText).join(" or ");
}

function kindText(kind: Type["kind"]): string {
  return kind === "dyn" ? "any" : kind === "bool" ? "boolean" : kind;
}

function typeText(type: Type): string {
  if (type.kind === "list") return `list of ${typeText(type.items)}s`;
  if (type.kind === "string" && type.values !== undefined) return Array.from(type.values, (value) => `\`"${value}"\``).join(" or ");
  return kindText(type.kind);
}

const DIFFERENCES: readonly string[] = [
  "The values are JSON's, with timestamps and durations besides. There is one kind of number: `1 == 1.0` is true, `5 / 2` is 2.5. A number that is not finite, and a division by zero, is an error.",
  'Comparing values of different types is an error and not false: `args.n == "7"` fails where `args.n` is 7. Null may be compared by `==`, `!=` and `in`, not by `<`.',
  "A key that is missing is an error: ask by `has(args.a.b)`, which is false where any step is missing.",
  "`&&` and `||` absorb errors, as in CEL: `a && b` is false where either is false, `a || b` is true where either is true, even if the other fails. `all` and `exists` do the same over elements.",
  "The pattern of `matches` is a literal, compiled at load, in RE2's syntax: it takes time linear in the text, and has no back references and no look-around.",
  "Strings are compared exactly and case-sensitively, and ordered and counted by code points.",
  `One evaluation takes at most ${MAX_STEPS.toLocaleString("en-US")} steps, lengths of texts and lists included; more is an error that nothing absorbs.`,
  "There are no bytes, no types as values, no messages, and no optional values (`.?`).",
  "A text that is compared with `tool.name` or with labels, and nearly is a tool of the catalog or a label that something puts, is an error at load.",
];

const FAILING = "An error never opens anything: what fails counts as the stricter answer, and the decision lists it in `errors`.";

const FAILURES: readonly (readonly string[])[] = [
  ["`when` of a deny or require_approval rule", "it matches"],
  ["`when` of an allow rule", "it does not match"],
  ["`when` of a rule that only labels", "it matches, and labels"],
  ["`set`, and `when` of a rule that sets", "the call is denied: `error:set`"],
  ["`destination`, `resource`", "the call is denied: `error:destination`, `error:resource`"],
  ["`when`, `per` and `amount` of a limit; also an empty `per`, and a negative `amount`", "the call is denied"],
  ["`when` of a rule with `keep`", "the result is withheld"],
  ["`when` of a step of a workflow", "the call is not that step"],
  ["a detector", "the call or the message is denied, the result or the text withheld; where its rule only labels, it labels"],
  ["`by`", "this approver does not count"],
];
