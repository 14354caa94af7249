import type { ParseError } from "@marcbachmann/cel-js";

/** An operator of another language, where CEL has its own. */
interface ForeignOperator {
  readonly text: string;
  readonly cel: string;
  readonly start: number;
}

const OPERATORS: ReadonlyMap<string, string> = new Map([
  ["and", "&&"],
  ["&", "&&"],
  ["or", "||"],
  ["|", "||"],
  ["not", "!"],
  ["=", "=="],
]);

/** The operator of another language that stands where the parser gave up, or right before: `not x` is a name and a stray one. */
export function foreignOperator(source: string, start: number, end: number): ForeignOperator | undefined {
  const text = source.slice(start, end);
  const cel = OPERATORS.get(text.toLowerCase());
  if (cel !== undefined) return { text, cel, start };
  const [, before] = /\b(not)\s+$/i.exec(source.slice(0, start)) ?? [];
  return before === undefined ? undefined : { text: before, cel: "!", start: source.slice(0, start).trimEnd().length - before.length };
}

/** How messages write the tokens that the parser names. */
const TOKENS: ReadonlyMap<string, string> = new Map([
  ["RPAREN", "`)`"],
  ["RBRACKET", "`]`"],
  ["RBRACE", "`}`"],
  ["COLON", "`:`"],
  ["IDENTIFIER", "a name"],
]);

/** Why a text does not parse, with what stands there instead of what the parser calls it. */
export function explainSyntax(error: ParseError, source: string): string {
  const { start = 0, end = start } = error.range ?? {};
  if (start >= source.trimEnd().length) return "it ends too early";
  const found = `\`${pieceAt(source, start, end)}\``;
  if (error.code === "unexpected_character" || error.code === "unexpected_token") return `unexpected ${found}`;
  const [, wanted = ""] = /^Expected (\w+), got/.exec(error.summary) ?? [];
  const token = TOKENS.get(wanted);
  return token === undefined ? error.summary.charAt(0).toLowerCase() + error.summary.slice(1) : `expected ${token}, not ${found}`;
}

/** The text between two offsets, a whole character at least: the parser counts halves of surrogate pairs. */
function pieceAt(source: string, start: number, end: number): string {
  const character = String.fromCodePoint(source.codePointAt(start) ?? 0);
  const piece = end - start <= 1 ? character : source.slice(start, end);
  return piece.length <= 40 ? piece : `${piece.slice(0, 40)}…`;
}
