import { canonical } from "../json/canonical.ts";
import type { Rule } from "../policy/policy.ts";
import type { Json } from "../value.ts";
import { keepPaths, unreadable } from "./keep.ts";

/** What `keep` rules leave of a result, and the ids of those that took something away. */
export interface Cut {
  readonly content: Json;
  readonly rules: readonly string[];
}

/** Applies every `keep` in turn, which leaves their intersection; the id of a rule that could not read what it was to cut. */
export function cut(rules: readonly Rule[], content: Json): Cut | string {
  let left = content;
  const cutting: string[] = [];
  for (const rule of rules) {
    if (rule.keep === undefined) continue;
    const kept = keepPaths(left, rule.keep);
    if (kept === unreadable) return rule.id;
    if (!isUncut(kept, left)) cutting.push(rule.id);
    left = kept;
  }
  return { content: left, rules: cutting };
}

/** Whether nothing was taken away. Of text that is all of it but white space: a key that stood twice is gone by now. */
function isUncut(kept: Json, left: Json): boolean {
  if (typeof left === "string") return kept === withoutWhiteSpace(left);
  return canonical(kept) === canonical(left);
}

/** JSON text without the white space between its parts. */
export function withoutWhiteSpace(text: string): string {
  return text.replace(WHITE_SPACE, "$1");
}

// white space of a JSON text, with its strings stepped over
const WHITE_SPACE = /("(?:[^"\\]|\\.)*")|[ \t\r\n]+/g;
