import { PLACE_FACTS } from "../code/access.ts";
import { type ArithmeticOperator, arithmeticCode, arithmeticType, negateCode } from "../code/arithmetic.ts";
import { containsCode, equalsCode, holdsCode, memberOfCode, sameAsCode } from "../code/equality.ts";
import { limitCode, orderCode, type OrderOperator } from "../code/order.ts";
import type { Code } from "../code/run.ts";
import type { Value } from "../code/value.ts";
import type { Node } from "../syntax/parse.ts";
import { BOOL, comparable, describeType, DYN, NUMBER, type Type } from "../type.ts";
import { type Context, reject } from "./context.ts";
import { logicTerm, notCode } from "./logic.ts";
import { rejectSlip } from "./slip.ts";
import { fixedValue, strictTerm, type Term } from "./term.ts";

/** `==` and `!=` */
export function equalityTerm(context: Context, node: Node, operator: "==" | "!=", left: Term, right: Term): Term {
  const problem = unlikeProblem(left.type, right.type);
  if (problem !== undefined) return reject(context, node, problem);
  const slip = rejectSlip(context, node, left.type, [right]) ?? rejectSlip(context, node, right.type, [left]);
  if (slip !== undefined) return slip;
  const [known, other] = fixedValue(left) === undefined ? [fixedValue(right), left] : [fixedValue(left), right];
  const wanted = operator === "==";
  const code = isScalar(known) ? sameAsCode(other, known, wanted) : equalsCode(left.code, right.code, wanted);
  return { ...strictTerm(BOOL, [left, right], code), quick: isScalar(known) && other.place !== undefined };
}

/** `in` */
export function membershipTerm(context: Context, node: Node, value: Term, container: Term): Term {
  const problem = containerProblem(value.type, container.type);
  if (problem !== undefined) return reject(context, node, problem);
  const items = container.type.kind === "list" ? container.type.items : DYN;
  const slip = rejectSlip(context, node, value.type, container.elements ?? []) ?? rejectSlip(context, node, items, [value]);
  const quick = value.place !== undefined && fixedValue(container) !== undefined;
  return slip ?? { ...strictTerm(BOOL, [value, container], membershipCode(value, container)), quick };
}

function membershipCode(value: Term, container: Term): Code {
  const [known, list] = [fixedValue(value), fixedValue(container)];
  if (list !== undefined) return memberOfCode(value, list);
  // labels are strings, and only strings are looked for among them: the types were compared
  const isAlike = container.place?.name === "labels" && container.place.fact === PLACE_FACTS.session;
  return isScalar(known) ? holdsCode(known, container, isAlike) : containsCode(value.code, container.code);
}

/** `<` and its like */
export function orderTerm(context: Context, node: Node, operator: OrderOperator, left: Term, right: Term): Term {
  const problem = orderProblem(left.type) ?? orderProblem(right.type) ?? unlikeProblem(left.type, right.type);
  if (problem !== undefined) return reject(context, node, problem);
  const [low, high] = [fixedValue(left), fixedValue(right)];
  const quick = (left.place ?? right.place) !== undefined;
  if (typeof high === "number") return { ...strictTerm(BOOL, [left, right], limitCode(operator, left, high)), quick };
  if (typeof low === "number") return { ...strictTerm(BOOL, [left, right], limitCode(MIRRORED[operator], right, low)), quick };
  return strictTerm(BOOL, [left, right], orderCode(operator, left.code, right.code));
}

const MIRRORED: Readonly<Record<OrderOperator, OrderOperator>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

/** `+` and its like */
export function arithmeticTerm(context: Context, node: Node, operator: ArithmeticOperator, left: Term, right: Term): Term {
  const type = arithmeticType(operator, left.type, right.type);
  if (type !== undefined) return strictTerm(type, [left, right], arithmeticCode(operator, left.code, right.code));
  return reject(context, node, `\`${operator}\` does not take ${describeType(left.type)} and ${describeType(right.type)}`);
}

/** `&&` and `||` over their whole chain */
export function junctionTerm(context: Context, node: Node, operator: "&&" | "||", operands: readonly Term[]): Term {
  const wrong = operands.find((operand) => !isKind(operand.type, "bool"));
  if (wrong !== undefined) return reject(context, node, `\`${operator}\` takes booleans, not ${describeType(wrong.type)}`);
  return logicTerm(operands, operator === "||");
}

/** `!a` */
export function notTerm(context: Context, node: Node, operand: Term): Term {
  if (!isKind(operand.type, "bool")) return reject(context, node, `\`!\` takes a boolean, not ${describeType(operand.type)}`);
  return strictTerm(BOOL, [operand], notCode(operand.code));
}

/** `-a` */
export function negateTerm(context: Context, node: Node, operand: Term): Term {
  if (!isKind(operand.type, "number")) return reject(context, node, `\`-\` takes a number, not ${describeType(operand.type)}`);
  return strictTerm(NUMBER, [operand], negateCode(operand.code));
}

function isScalar(value: Value | undefined): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** Whether a value of this type can be of a kind. */
export function isKind(type: Type, kind: Type["kind"]): boolean {
  return type.kind === "dyn" || type.kind === kind;
}

function unlikeProblem(left: Type, right: Type): string | undefined {
  return comparable(left, right) ? undefined : `${describeType(left)} cannot be compared with ${describeType(right)}`;
}

function orderProblem(type: Type): string | undefined {
  return ["null", "list", "object"].includes(type.kind) ? `${describeType(type)} has no order` : undefined;
}

function containerProblem(value: Type, container: Type): string | undefined {
  if (container.kind === "list") return unlikeProblem(value, container.items);
  const looksInto = container.kind === "dyn" || container.kind === "object";
  return looksInto ? undefined : `\`in\` takes a list or an object, not ${describeType(container)}`;
}
