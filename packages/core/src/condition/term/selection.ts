import { hasCode, indexCode, type Path, PLACE_FACTS, type PlaceFact, selectCode, type Step } from "../code/access.ts";
import { variableCode } from "../code/comprehension.ts";
import { misplacedName, NAMES } from "../names.ts";
import { didYouMean } from "../nearest.ts";
import type { Node } from "../syntax/parse.ts";
import { BOOL, describeType, DYN, joinTypes, type ObjectType, type Type } from "../type.ts";
import { type Context, reject } from "./context.ts";
import { memberType, noMember } from "./member.ts";
import { isKind } from "./operator.ts";
import { sharePlace } from "./share.ts";
import { FACTS, fixedValue, folded, strictTerm, type Term } from "./term.ts";

/** `args`, or the variable of a macro. */
export function nameTerm(context: Context, node: Node, name: string): Term {
  const variable = context.variables.get(name);
  if (variable !== undefined) return { type: variable.type, code: variableCode(variable.slot), cost: 1, needs: variable.slot };
  const fact = context.names.get(name);
  if (fact === undefined) return reject(context, node, unknownName(context, name));
  context.reads.add(name);
  return { type: fact.type, code: fact.load, cost: 1, needs: FACTS, ...(isPlaceFact(name) ? { fact: name } : {}) };
}

function isPlaceFact(name: string): name is PlaceFact {
  return Object.hasOwn(PLACE_FACTS, name);
}

function unknownName(context: Context, name: string): string {
  if (NAMES.has(name)) return misplacedName(name, context.scope);
  const known = [...context.names.keys(), ...context.variables.keys()];
  return `unknown name \`${name}\`${didYouMean(name, known) || `; names here: ${known.join(", ")}`}`;
}

/** `a.name` */
export function selectTerm(context: Context, node: Node, object: Term, name: string): Term {
  if (!isKind(object.type, "object")) return reject(context, node, `${describeType(object.type)} has no member \`${name}\``);
  const type = object.type.kind === "object" ? memberType(object.type, name) : DYN;
  if (type === undefined) return reject(context, node, noMember(object.type, objectText(context, node), name));
  const text = textOf(context, node);
  const place = object.fact && sharePlace(context.scope.shared, object.fact, name, text);
  const code = selectCode(object.code, name, text);
  return { ...strictTerm(type, [object], code), path: longer(object, name), ...(place && { place }) };
}

/** `a[b]` */
export function indexTerm(context: Context, node: Node, container: Term, index: Term): Term {
  const key = fixedValue(index);
  const known = container.type.kind === "object" && typeof key === "string";
  const type = known ? memberType(container.type, key) : elementType(container.type, index.type);
  if (type === undefined && known) return reject(context, node, noMember(container.type, objectText(context, node), key));
  if (type === undefined) return reject(context, node, `${describeType(container.type)} has no element at ${describeType(index.type)}`);
  return { ...strictTerm(type, [container, index], indexCode(container.code, index.code)), path: longer(container, index.code) };
}

/** `has(a.b)`, given the term of `a.b` */
export function hasTerm(selected: Term): Term {
  if (selected.path === undefined) return selected;
  return folded({ type: BOOL, code: hasCode(selected.path), cost: selected.cost, needs: selected.needs });
}

function longer(from: Term, step: Step): Path {
  return { base: from.path?.base ?? from.code, steps: [...(from.path?.steps ?? []), step] };
}

function textOf(context: Context, node: Node): string {
  return context.source.slice(node.start, node.end);
}

function objectText(context: Context, node: Node): string {
  return node.op === "." || node.op === "[]" ? textOf(context, node.args[0]) : "the object";
}

function elementType(container: Type, index: Type): Type | undefined {
  if (container.kind === "list") return isKind(index, "number") ? container.items : undefined;
  if (container.kind === "object") return isKind(index, "string") ? anyMember(container) : undefined;
  return container.kind === "dyn" && (isKind(index, "number") || isKind(index, "string")) ? DYN : undefined;
}

function anyMember(object: ObjectType): Type {
  return joinTypes([...object.members.values(), ...(object.rest === undefined ? [] : [object.rest])]);
}
