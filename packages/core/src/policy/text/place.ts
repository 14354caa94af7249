import type { Position } from "./problems.ts";
import type { WrittenScalar } from "./written.ts";

/** The place in the file of the character at an offset of a scalar's value; for a quoted text on several lines and one that was made the place of the scalar. */
export function placeWithin(scalar: WrittenScalar, offset: number): Position {
  const { style, source, at } = scalar;
  const quoted = style === "single" || style === "double";
  if (style === "made" || (quoted && source.includes("\n"))) return at;
  return step(at, source.slice(0, quoted ? widthInQuotes(scalar, offset) : widthUnquoted(scalar, offset)));
}

function step({ line, column }: Position, passed: string): Position {
  const lines = passed.split("\n");
  const last = lines.at(-1) ?? "";
  return lines.length === 1 ? { line, column: column + passed.length } : { line: line + lines.length - 1, column: last.length + 1 };
}

/** How many characters of the file stand before the one at an offset of the value. Lines are folded and indented by white space alone, so the others are counted. */
function widthUnquoted({ style, source, value }: WrittenScalar, offset: number): number {
  if (typeof value !== "string") return offset;
  let left = value.slice(0, offset).replaceAll(/\s/g, "").length;
  const start = style === "plain" ? 0 : source.indexOf("\n") + 1;
  for (let index = start; index < source.length; index++) {
    if (!/\s/.test(source.charAt(index)) && left-- === 0) return index;
  }
  return source.trimEnd().length;
}

function widthInQuotes({ style, source }: WrittenScalar, offset: number): number {
  const part = style === "single" ? /''|[^]/g : /\\x..|\\u.{4}|\\U.{8}|[^\\]|\\[^]/g;
  let width = 1;
  let passed = 0;
  for (const [written] of source.slice(1).matchAll(part)) {
    if (passed >= offset) break;
    // \U0001F600 is one part of the file and two units of the value
    passed += written.startsWith("\\U") && Number.parseInt(written.slice(2), 16) > 0xffff ? 2 : 1;
    width += written.length;
  }
  return width;
}
