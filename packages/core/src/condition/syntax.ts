import { type ASTNode, Environment, ParseError } from "@marcbachmann/cel-js";
import type { ConditionProblem } from "./expression.ts";

/** A part of a condition as it was parsed. */
export type Node = ASTNode;

/** How long a condition may be, and how deep it may nest. */
export const MAX_SOURCE = 10_000;
export const MAX_NESTING = 100;

/** What a text parses to, or why it does not. */
export type Parsed = { readonly ok: true; readonly node: Node } | { readonly ok: false; readonly problem: ConditionProblem };

/** Parses a condition: CEL's syntax. */
export function parse(source: string): Parsed {
  if (source.length > MAX_SOURCE) return failure(`the condition is longer than ${MAX_SOURCE} characters`, 0, MAX_SOURCE);
  if (hasLongRun(source)) return failure(TOO_DEEP, 0, source.length);
  try {
    const limits = { maxDepth: MAX_NESTING, maxListElements: MAX_SOURCE, maxMapEntries: MAX_SOURCE };
    const environment = new Environment({ enableOptionalTypes: true, limits });
    return { ok: true, node: environment.parse(blankQuotedNames(source)).ast };
  } catch (error) {
    if (error instanceof ParseError) return explained(error, source);
    throw error;
  }
}

/** The name behind a dot; one in backticks is read from the source, since the parser does not know them. */
export function memberName(node: Extract<Node, { readonly op: "." }>, source: string): string {
  return source[node.pos] === "`" ? source.slice(node.pos + 1, node.end - 1) : node.args[1];
}

const TOO_DEEP = `the condition nests deeper than ${MAX_NESTING} levels`;

/** Strings and comments, which are skipped; names in backticks; runs of unary operators. */
const LEXEME = new RegExp(
  [
    /[rR](?:"""[^]*?"""|'''[^]*?'''|"[^"\n]*"|'[^'\n]*')/,
    /"""(?:\\[^]|[^\\])*?"""|'''(?:\\[^]|[^\\])*?'''/,
    /"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'/,
    /\/\/[^\n]*/,
    /[!-](?:\s*[!-])*/,
    /`[A-Za-z0-9_./ -]+`/,
    /(?<![\w.)\]}"'`\s]\s*|[\w)\]}"'`]\s+)\.[0-9]+(?:[eE][+-]?[0-9]+)?/,
    /\f/,
  ]
    .map((part) => part.source)
    .join("|"),
  "g",
);

/** The parser limits every nesting but that of unary operators. */
function hasLongRun(source: string): boolean {
  return Array.from(source.matchAll(LEXEME), ([text]) => text).some((text) => /^[!-]/.test(text) && text.length > MAX_NESTING);
}

/** The parser has no names in backticks: they become names of the same length, so that offsets stay. */
function blankQuotedNames(source: string): string {
  return source.includes("`") ? source.replace(LEXEME, (text) => (text.startsWith("`") ? "_".repeat(text.length) : text)) : source;
}

function explained(error: ParseError, source: string): Parsed {
  const { start = 0, end = start } = error.range ?? {};
  if (error.code === "limit_exceeded") return failure(TOO_DEEP, start, end);
  if (source[start] === "{") return failure("messages cannot be made: the values are JSON's", start, end);
  const reason = start >= source.trimEnd().length ? "it ends too early" : error.summary.charAt(0).toLowerCase() + error.summary.slice(1);
  return failure(`the condition cannot be parsed: ${reason}`, start, Math.max(end, start));
}

function failure(message: string, start: number, end: number): Parsed {
  return { ok: false, problem: { message, start, end } };
}
