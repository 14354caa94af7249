import { existsOneCode, type Loop, mapCode, quantifierCode, variableCode } from "./comprehension.ts";
import { type Context, outside, reject, withVariable } from "./context.ts";
import { isKind } from "./operator.ts";
import type { Code } from "./run.ts";
import type { Node } from "./syntax.ts";
import { alwaysFails, costOf, folded, needsOf, type Term } from "./term.ts";
import { BOOL, describeType, DYN, listOf, STRING, type Type } from "./type.ts";

/** Compiles a part; the macros are handed it, since they bind a variable around theirs. */
export type Compile = (context: Context, node: Node) => Term;

/** A macro as it was written: `range.name(variable, …parts)`. */
export interface MacroCall {
  readonly node: Node;
  readonly name: MacroName;
  readonly range: Term;
  readonly args: readonly Node[];
}

/** The macros over lists and objects. */
export type MacroName = "all" | "exists" | "exists_one" | "map" | "filter";

/** Whether a method is a macro. */
export function isMacro(name: string): name is MacroName {
  return ["all", "exists", "exists_one", "map", "filter"].includes(name);
}

/** Checks and compiles a macro. */
export function macroTerm(context: Context, call: MacroCall, compile: Compile): Term {
  const [variable, ...parts] = call.args;
  const counts = call.name === "map" ? [1, 2] : [1];
  if (variable?.op !== "id" || !counts.includes(parts.length)) return reject(context, call.node, `\`${call.name}\` takes a variable and a condition: \`list.${call.name}(x, …)\``);
  const element = elementType(call.range.type);
  if (element === undefined) return reject(context, call.node, `\`${call.name}\` takes a list or an object, not ${describeType(call.range.type)}`);
  const inner = withVariable(context, variable.args, element);
  const terms = parts.map((part) => compile(inner, part));
  const predicates = call.name === "map" ? terms.slice(0, -1) : terms;
  const wrong = predicates.find((term) => !isKind(term.type, "bool"));
  if (wrong !== undefined) return reject(context, call.node, `\`${call.name}\` takes a boolean condition, not ${describeType(wrong.type)}`);
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
  const [first = variableCode(loop.slot), second] = codes;
  switch (loop.macro) {
    case "all":
      return { type: BOOL, code: quantifierCode(loop, first, false) };
    case "exists":
      return { type: BOOL, code: quantifierCode(loop, first, true) };
    case "exists_one":
      return { type: BOOL, code: existsOneCode(loop, first) };
    case "filter":
      return { type: listOf(element), code: mapCode(loop, first, variableCode(loop.slot)) };
    case "map":
      return { type: listOf(terms.at(-1)?.type ?? DYN), code: second === undefined ? mapCode(loop, undefined, first) : mapCode(loop, first, second) };
  }
}
