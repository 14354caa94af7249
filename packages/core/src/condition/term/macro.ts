import { existsOneCode, type Loop, mapCode, quantifierCode, variableCode } from "../code/comprehension.ts";
import type { Code } from "../code/run.ts";
import type { LoopMacro } from "../functions/macros.ts";
import type { Node } from "../syntax/parse.ts";
import { BOOL, describeType, DYN, listOf, STRING, type Type } from "../type.ts";
import { type Context, outside, reject, withVariable } from "./context.ts";
import { isKind } from "./operator.ts";
import { alwaysFails, costOf, folded, needsOf, type Term } from "./term.ts";

/** Compiles a part; the macros are handed it, since they bind a variable around theirs. */
type Compile = (context: Context, node: Node) => Term;

/** A macro as it was written: `range.name(variable, …parts)`. */
interface MacroCall {
  readonly node: Node;
  readonly name: LoopMacro;
  readonly range: Term;
  readonly args: readonly Node[];
}

/** Checks and compiles a macro. */
export function macroTerm(context: Context, call: MacroCall, compile: Compile): Term {
  const { name, node, range } = call;
  const [variable, ...parts] = call.args;
  const wellFormed = parts.length === 1 || (name === "map" && parts.length === 2);
  if (variable?.op !== "id" || !wellFormed) return reject(context, node, `\`${name}\` is written \`list.${name}(x, …)\``);
  const element = elementType(range.type);
  if (element === undefined) return reject(context, node, `\`${name}\` takes a list or an object, not ${describeType(range.type)}`);
  const inner = withVariable(context, variable.args, element);
  const terms = parts.map((part) => compile(inner, part));
  const predicates = name === "map" ? terms.slice(0, -1) : terms;
  const wrong = predicates.find((term) => !isKind(term.type, "bool"));
  if (wrong !== undefined) return reject(context, node, `\`${name}\` takes a boolean condition, not ${describeType(wrong.type)}`);
  return loopTerm(context.slots, call, element, terms);
}

function elementType(range: Type): Type | undefined {
  if (range.kind === "list") return range.items;
  return range.kind === "object" ? STRING : range.kind === "dyn" ? DYN : undefined;
}

function loopTerm(slot: number, call: MacroCall, element: Type, terms: readonly Term[]): Term {
  const loop: Loop = { macro: call.name, range: call.range.code, slot, cost: costOf(terms) };
  const { type, code } = looped(loop, element, terms);
  const needs = Math.min(call.range.needs, outside(needsOf(terms), slot));
  const term: Term = { type, code, cost: costOf([call.range]), needs };
  return alwaysFails(call.range) ? { ...call.range, type } : folded(term);
}

function looped(loop: Loop, element: Type, terms: readonly Term[]): { readonly type: Type; readonly code: Code } {
  const codes = terms.map((term) => term.code);
  const variable = variableCode(loop.slot);
  const [first = variable, second] = codes;
  switch (loop.macro) {
    case "all":
      return { type: BOOL, code: quantifierCode(loop, first, false) };
    case "exists":
      return { type: BOOL, code: quantifierCode(loop, first, true) };
    case "exists_one":
      return { type: BOOL, code: existsOneCode(loop, first) };
    case "filter":
      return { type: listOf(element), code: mapCode(loop, first, variable) };
    case "map":
      return { type: listOf(terms.at(-1)?.type ?? DYN), code: mapCode(loop, second && first, second ?? first) };
  }
}
