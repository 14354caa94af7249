import { utf8Length } from "../json/canonical.ts";
import { isObject, type Json } from "../value.ts";
import { readResult } from "./keep.ts";

/** How far below the top of a result its lists still count as rows. */
const LEVELS = 2;

/** The UTF-8 length of a result, and the length of its longest list at most two levels down. */
export function sizeOf(content: Json): { readonly rows: number; readonly bytes: number } {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  return { bytes: utf8Length(text), rows: longestList(readResult(content), LEVELS) };
}

function longestList(value: Json, levels: number): number {
  const children = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  const own = Array.isArray(value) ? value.length : 0;
  if (levels === 0) return own;
  return children.reduce<number>((longest, child) => Math.max(longest, longestList(child, levels - 1)), own);
}
