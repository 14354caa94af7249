import type { Position } from "./problems.ts";
import type { WrittenScalar } from "./written.ts";

/** The place in the file of the character at an offset of a scalar's value; where lines were folded, the place of the scalar. */
export function placeWithin(scalar: WrittenScalar, offset: number): Position {
  if (scalar.style === "literal" && typeof scalar.value === "string") return placeInBlock(scalar, scalar.value.slice(0, offset));
  if (scalar.source.includes("\n")) return scalar.at;
  return { line: scalar.at.line, column: scalar.at.column + widthBefore(scalar, offset) };
}

/** How many characters of the file stand before the character at an offset of the value. */
function widthBefore({ style, source }: WrittenScalar, offset: number): number {
  if (style !== "single" && style !== "double") return offset;
  const written = style === "single" ? /''|[^]/g : /\\x..|\\u.{4}|\\U.{8}|[^\\]|\\[^]/g;
  let width = 1;
  let passed = 0;
  for (const [part] of source.slice(1).matchAll(written)) {
    if (passed >= offset) break;
    // an escape such as \U0001F600 is one character in the file's eyes and two units of the value
    passed += part.startsWith("\\U") && Number.parseInt(part.slice(2), 16) > 0xffff ? 2 : 1;
    width += part.length;
  }
  return width;
}

function placeInBlock({ at, source }: WrittenScalar, before: string): Position {
  const lines = before.split("\n");
  const body = source.split("\n").slice(1);
  const indent = Math.min(...body.filter((line) => line.trim() !== "").map((line) => line.search(/[^ ]/)));
  return { line: at.line + lines.length, column: indent + (lines.at(-1) ?? "").length + 1 };
}
