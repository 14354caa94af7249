import { describeKind, type Kind } from "../code/value.ts";
import { ConditionError } from "../fault.ts";
import type { Builtin } from "../functions/builtin.ts";
import { MACROS } from "../functions/macros.ts";
import { ABSENT_FUNCTIONS, FUNCTIONS } from "../functions/table.ts";
import { didYouMean } from "../nearest.ts";
import type { Node } from "../syntax/parse.ts";
import { describeType, nameOf, type Type } from "../type.ts";
import { type Context, reject } from "./context.ts";
import { rejectSlip } from "./slip.ts";
import { FACTS, fixedValue, needsOf, strictTerm, type Term } from "./term.ts";

/** A call as it was written: `f(x)` or `x.f()`; the receiver is the first argument. */
export interface Call {
  readonly node: Node;
  readonly name: string;
  readonly style: "function" | "method";
  readonly args: readonly Term[];
}

/** Checks and compiles the call of a function. */
export function callTerm(context: Context, call: Call): Term {
  const builtin = FUNCTIONS.get(call.name);
  if (builtin === undefined) return reject(context, call.node, unknownFunction(call.name));
  const problem =
    placeProblem(context, builtin) ??
    originProblem(context, builtin) ??
    styleProblem(builtin, call) ??
    countProblem(builtin, call) ??
    kindProblem(builtin, call);
  if (problem !== undefined) return reject(context, call.node, problem);
  const slip = builtin.names === undefined ? undefined : rejectSlip(context, call.node, nameOf(builtin.names), call.args);
  return slip ?? compile(context, call, builtin);
}

function compile(context: Context, call: Call, builtin: Builtin): Term {
  if (builtin.reads !== undefined) context.reads.add(builtin.reads);
  try {
    const needs = builtin.reads === undefined ? needsOf(call.args) : FACTS;
    const term = strictTerm(builtin.result, call.args, builtin.code(call.args), needs);
    const known = call.args.every((arg) => fixedValue(arg) !== undefined);
    if (known && term.fixed !== undefined && "error" in term.fixed) throw term.fixed.error;
    return term;
  } catch (error) {
    if (error instanceof ConditionError) return reject(context, call.node, error.message);
    throw error;
  }
}

function unknownFunction(name: string): string {
  const absent = ABSENT_FUNCTIONS.get(name);
  if (absent !== undefined) return `\`${name}\` ${absent}`;
  return `unknown function \`${name}\`${didYouMean(name, [...FUNCTIONS.keys(), ...MACROS.keys()]) || "; those there are stand in docs/policy-reference.md"}`;
}

/** Some functions would open something where most conditions stand. */
function placeProblem({ scope: { use } }: Context, { name, uses }: Builtin): string | undefined {
  if (uses === undefined || use === undefined || uses.includes(use)) return undefined;
  return `\`${name}\` cannot be called here: it stands in the values of ${uses.map((place) => `\`${place}\``).join(", ")} only`;
}

/** POLICY.md, origins: where a condition loosens, hiding an origin may never gain anything, and who approves is no matter of origins. */
function originProblem({ scope, monotone }: Context, { name, reads, hides }: Builtin): string | undefined {
  if (reads !== "origins") return undefined;
  if (scope.use === "by") return `\`${name}\` cannot be called in \`by\`: ask for it in the rule's \`when\``;
  if (scope.origins === undefined || hides === undefined || (hides === "false" && monotone)) return undefined;
  const instead = "write `from_user(…)` or `from_trusted(…)`, or decide `deny` in a rule of its own";
  return hides === "any"
    ? `\`${name}\` cannot be called here, since hiding an origin would gain something; ${instead}`
    : `\`${name}\` stands under \`&&\`, \`||\`, \`exists\` and \`all\` only here, since hiding an origin would gain something; ${instead}`;
}

function styleProblem(builtin: Builtin, call: Call): string | undefined {
  if (builtin.style === "either" || builtin.style === call.style) return undefined;
  const right = builtin.style === "method" ? `value.${call.name}(…)` : `${call.name}(…)`;
  return `\`${call.name}\` is written \`${right}\``;
}

function countProblem(builtin: Builtin, call: Call): string | undefined {
  const most = builtin.optional === "more" ? Number.POSITIVE_INFINITY : builtin.params.length;
  const least = builtin.params.length - (typeof builtin.optional === "number" ? builtin.optional : 0);
  if (call.args.length >= least && call.args.length <= most) return undefined;
  const receiver = call.style === "method" ? 1 : 0;
  const range = least === most ? "" : most === Number.POSITIVE_INFINITY ? " or more" : ` or ${most - receiver}`;
  return `\`${call.name}\` takes ${least - receiver}${range} arguments, not ${call.args.length - receiver}`;
}

function kindProblem(builtin: Builtin, call: Call): string | undefined {
  for (const [position, arg] of call.args.entries()) {
    const kinds = builtin.params[position] ?? builtin.params.at(-1) ?? [];
    if (!accepts(kinds, arg.type)) return `\`${call.name}\` takes ${describeKinds(kinds)}, not ${describeType(arg.type)}`;
  }
  return undefined;
}

function accepts(kinds: readonly Kind[], type: Type): boolean {
  return type.kind === "dyn" || kinds.includes(type.kind);
}

function describeKinds(kinds: readonly Kind[]): string {
  const named = kinds.map(describeKind);
  return [named.slice(0, -1).join(", "), ...named.slice(-1)].filter((part) => part !== "").join(" or ");
}
