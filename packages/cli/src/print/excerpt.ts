import type { Problem } from "@sallyport/core";
import type { Style } from "./style.ts";
import { visible } from "./visible.ts";

/** A problem as editors and people find it: `file:line:column: message`, with the line itself where the source is given. */
export function formatProblem(file: string, { line, column, message }: Problem, style: Style, source?: string): string {
  const head = `${style.strong(`${file}:${line}:${column}:`)} ${visible(message)}\n`;
  const text = source?.split(/\r?\n/)[line - 1];
  if (text === undefined) return head;
  const number = String(line);
  const before = text.slice(0, column - 1).replaceAll(/[^\t]/gu, " ");
  const shown = text.replaceAll(/[^\t\P{Cc}]/gu, "\u{fffd}");
  return `${head}${style.faint(`  ${number} | `)}${shown}\n${style.faint(`  ${" ".repeat(number.length)} | `)}${before}${style.bad("^")}\n`;
}
