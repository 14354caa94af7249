import type { Paint } from "./style.ts";
import { charactersOf } from "./visible.ts";

/** A cell: plain text, or one that is painted once its width is known. */
export type Cell = string | { readonly text: string; readonly paint: Paint };

/** Rows as aligned columns, each ending with a line break; the last column is as long as it is. */
export function formatTable(rows: readonly (readonly Cell[])[]): string {
  const widths: number[] = [];
  for (const row of rows) for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, widthOf(textOf(cell)));
  const lines = rows.map((row) =>
    row.map((cell, column) => formatCell(cell, column === row.length - 1 ? 0 : (widths[column] ?? 0))).join("  "),
  );
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

function formatCell(cell: Cell, width: number): string {
  const text = textOf(cell);
  const padding = " ".repeat(Math.max(0, width - widthOf(text)));
  return `${typeof cell === "string" ? text : cell.paint(text)}${padding}`;
}

function textOf(cell: Cell): string {
  return typeof cell === "string" ? cell : cell.text;
}

function widthOf(text: string): number {
  return charactersOf(text).length;
}
