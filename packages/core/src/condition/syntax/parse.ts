import { type ASTNode, Environment, ParseError } from "@marcbachmann/cel-js";
import type { ConditionProblem } from "../expression.ts";
import { explainSyntax, foreignOperator } from "./explain.ts";
import { longestUnaryRun, readable } from "./lexeme.ts";

/** A part of a condition as it was parsed. */
export type Node = ASTNode;

/** How long a condition may be. */
const MAX_SOURCE = 10_000;
/** How deep it may nest. */
const MAX_NESTING = 100;

/** What messages say of CEL's optional syntax. */
export const NO_OPTIONALS = "optional values (`.?`, `[?…]`) do not exist here: use `has(…) ? … : …`";

/** What a text parses to, or why it does not. */
export type Parsed = { readonly ok: true; readonly node: Node } | { readonly ok: false; readonly problem: ConditionProblem };

/** Parses a condition: CEL's syntax. */
export function parse(source: string): Parsed {
  if (source.length > MAX_SOURCE) return failure(`the condition is longer than ${MAX_SOURCE} characters`, 0, MAX_SOURCE);
  if (longestUnaryRun(source) > MAX_NESTING) return failure(TOO_DEEP, 0, source.length);
  try {
    const limits = { maxDepth: MAX_NESTING, maxListElements: MAX_SOURCE, maxMapEntries: MAX_SOURCE };
    const environment = new Environment({ enableOptionalTypes: true, limits });
    return { ok: true, node: environment.parse(readable(source)).ast };
  } catch (error) {
    if (error instanceof ParseError) return explained(error, source);
    throw error;
  }
}

const TOO_DEEP = `the condition nests deeper than ${MAX_NESTING} levels`;

function explained(error: ParseError, source: string): Parsed {
  const { start = 0, end = start } = error.range ?? {};
  if (error.code === "limit_exceeded") return failure(TOO_DEEP, start, end);
  if (source[start] === "?") return failure(NO_OPTIONALS, start, end);
  if (source[start] === "{") return failure("messages cannot be made: the values are JSON's", start, end);
  const slip = foreignOperator(source, start, end);
  const reason = slip === undefined ? explainSyntax(error, source) : `for \`${slip.text}\` CEL writes \`${slip.cel}\``;
  return failure(`the condition cannot be parsed: ${reason}`, slip?.start ?? start, Math.max(end, start));
}

function failure(message: string, start: number, end: number): Parsed {
  return { ok: false, problem: { message, start, end } };
}
