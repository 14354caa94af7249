import type { Problem } from "../../error.ts";

/** A place in a text; line and column count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Takes one thing that is wrong, and where; the caller has nothing then, so it yields nothing. */
export type Report = (at: Position, message: string) => undefined;

/** What was reported so far. */
export interface Problems {
  readonly report: Report;
  /** every problem once, in the order of the text */
  list(): readonly Problem[];
}

const maxMessage = 500;

/** An empty collection of problems: everything that is wrong in a policy is said at once. */
export function collectProblems(): Problems {
  const found = new Map<string, Problem>();
  return {
    report({ line, column }, said) {
      const message = onOneLine(said);
      // what stands behind an anchor is checked once for each of its aliases
      found.set(`${line}:${column}:${message}`, { message, line, column });
      return undefined;
    },
    list: () => [...found.values()].sort((a, b) => a.line - b.line || a.column - b.column),
  };
}

/** Messages quote what somebody wrote: a problem stays one line of readable length whatever that was. */
function onOneLine(said: string): string {
  const line = said.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ");
  return line.length <= maxMessage ? line : `${line.slice(0, maxMessage).replace(/\p{Surrogate}$/u, "")}…`;
}
