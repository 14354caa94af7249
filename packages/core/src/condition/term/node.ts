import { isLoopMacro, isMonotone } from "../functions/macros.ts";
import { nameAt, numberAt } from "../syntax/lexeme.ts";
import { NO_OPTIONALS, type Node } from "../syntax/parse.ts";
import { describeType } from "../type.ts";
import { listTerm, objectTerm } from "./aggregate.ts";
import { callTerm } from "./call.ts";
import { type Context, reject } from "./context.ts";
import { literalTerm } from "./literal.ts";
import { conditionalTerm } from "./logic.ts";
import { macroTerm } from "./macro.ts";
import { arithmeticTerm, equalityTerm, isKind, junctionTerm, membershipTerm, negateTerm, notTerm, orderTerm } from "./operator.ts";
import { hasTerm, indexTerm, nameTerm, selectTerm } from "./selection.ts";
import { shareCode } from "./share.ts";
import type { Term } from "./term.ts";

/** How deep the tree of a condition may be; longer chains of `&&` and `||` lie flat in it. */
const MAX_DEPTH = 250;

function compileNode(outer: Context, node: Node): Term {
  if (outer.depth > MAX_DEPTH) return reject(outer, node, `the condition nests deeper than ${MAX_DEPTH} levels`);
  const context = { ...outer, depth: outer.depth + 1 };
  const inner = closed(context);
  const compile = (part: Node): Term => compileNode(inner, part);
  switch (node.op) {
    case "value":
      return literalTerm(context, node, node.args);
    case "id":
      return identifierNode(context, node);
    case ".":
      return selectTerm(context, node, compile(node.args[0]), nameAt(context.source, node.pos, node.end));
    case "[]":
      return indexTerm(context, node, compile(node.args[0]), compile(node.args[1]));
    case ".?":
    case "[?]":
      return reject(context, node, NO_OPTIONALS);
    case "call":
      return callNode(context, node, node.args[0], node.args[1]);
    case "rcall":
      return methodNode(context, node, node.args[0], node.args[1], node.args[2]);
    case "list":
      return listTerm(node.args.map(compile));
    case "map":
      return objectTerm(
        context,
        node,
        node.args.map(([key, value]) => [compile(key), compile(value)]),
      );
    case "?:":
      return conditionalNode(context, node, ...node.args);
    case "&&":
    case "||":
      return junctionTerm(
        context,
        node,
        node.op,
        chain(node, node.op).map((part) => compileShared(context, part)),
      );
    case "!_":
      return notTerm(context, node, compile(node.args));
    case "-_":
      return negateTerm(context, node, compile(node.args));
    case "==":
    case "!=":
      return equalityTerm(context, node, node.op, compile(node.args[0]), compile(node.args[1]));
    case "in":
      return membershipTerm(context, node, compile(node.args[0]), compile(node.args[1]));
    case "<":
    case "<=":
    case ">":
    case ">=":
      return orderTerm(context, node, node.op, compile(node.args[0]), compile(node.args[1]));
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return arithmeticTerm(context, node, node.op, compile(node.args[0]), compile(node.args[1]));
  }
}

/** Checks and compiles a part of a condition, with the code that equal parts share. */
export function compileShared(context: Context, node: Node): Term {
  const term = compileNode(context, node);
  return context.variables.size > 0 ? term : shareCode(context.scope.shared, context.source, node, term);
}

function identifierNode(context: Context, node: Node): Term {
  const number = numberAt(context.source, node.start, node.end);
  return number === undefined ? nameTerm(context, node, nameAt(context.source, node.start, node.end)) : literalTerm(context, node, number);
}

function callNode(context: Context, node: Node, name: string, args: readonly Node[]): Term {
  const [only] = args;
  if (name !== "has")
    return callTerm(context, { node, name, style: "function", args: args.map((arg) => compileNode(closed(context), arg)) });
  if (args.length !== 1 || only?.op !== ".") return reject(context, node, "`has` takes one member, such as `has(args.to)`");
  return hasTerm(compileNode(closed(context), only));
}

function methodNode(context: Context, node: Node, name: string, receiver: Node, args: readonly Node[]): Term {
  const inner = closed(context);
  const range = compileNode(inner, receiver);
  if (isLoopMacro(name)) return macroTerm(isMonotone(name) ? context : inner, { node, name, range, args }, compileNode);
  return callTerm(context, { node, name, style: "method", args: [range, ...args.map((arg) => compileNode(inner, arg))] });
}

function conditionalNode(outer: Context, node: Node, ...parts: readonly [Node, Node, Node]): Term {
  const context = closed(outer);
  const condition = compileNode(context, parts[0]);
  if (!isKind(condition.type, "bool")) return reject(context, node, `\`?:\` takes a boolean, not ${describeType(condition.type)}`);
  return conditionalTerm(condition, compileNode(context, parts[1]), compileNode(context, parts[2]));
}

/** The operands of `a && b && c`, which the parser nests to the left. */
function chain(node: Node, operator: "&&" | "||"): readonly Node[] {
  const operands: Node[] = [];
  let rest = node;
  while (rest.op === operator) {
    operands.unshift(rest.args[1]);
    rest = rest.args[0];
  }
  return [rest, ...operands];
}

/** The context of a part that something else than `&&`, `||`, `exists` and `all` stands around. */
function closed(context: Context): Context {
  return { ...context, monotone: false };
}
