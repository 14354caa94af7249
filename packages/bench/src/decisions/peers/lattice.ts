import type { Answer, Effect } from "../workload.ts";

/** The rules that match, by what they decide. */
export interface Matched {
  readonly deny: string[];
  readonly require_approval: string[];
  readonly allow: string[];
}

/** Nothing matched yet. */
export function noneMatched(): Matched {
  return { deny: [], require_approval: [], allow: [] };
}

/** Deny over require_approval over allow; what no rule decides is denied. */
export function answerOf({ deny, require_approval, allow }: Matched): Answer {
  if (deny.length > 0) return { decision: "deny", rules: deny };
  if (require_approval.length > 0) return { decision: "require_approval", rules: require_approval };
  return allow.length > 0 ? { decision: "allow", rules: allow } : { decision: "deny", rules: [] };
}

/** The same order, for peers that take the first of their rules that matches: the strictest first. */
export const STRICTEST_FIRST: readonly Effect[] = ["deny", "require_approval", "allow"];
