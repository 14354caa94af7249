import type { Node } from "../syntax/parse.ts";
import { BOOL, NULL, NUMBER, STRING, type Type } from "../type.ts";
import { type Context, reject } from "./context.ts";
import { fixedTerm, NOTHING, type Term } from "./term.ts";

/** A literal as the parser reads it. */
type Literal = Extract<Node, { readonly op: "value" }>["args"];

/** A number, string, boolean or null that stands in the condition. */
export function literalTerm(context: Context, node: Node, literal: Literal): Term {
  if (literal instanceof Uint8Array) return reject(context, node, "JSON has no bytes");
  if (literal === null) return constant(NULL, null);
  if (typeof literal === "string") return { ...constant(STRING, literal), literal: node };
  if (typeof literal === "boolean") return constant(BOOL, literal);
  const number = Number(literal);
  return Number.isFinite(number) ? constant(NUMBER, number) : reject(context, node, "the number is too large");
}

function constant(type: Type, value: string | number | boolean | null): Term {
  return fixedTerm({ type, code: () => value, cost: 1, needs: NOTHING }, value);
}
