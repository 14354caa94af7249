import type { Position, Report } from "../text/problems.ts";
import { textOf, valueOf } from "../text/written.ts";
import type { Written } from "../text/written.ts";

const reserved: ReadonlySet<string> = new Set([
  "invalid-args",
  "call-id-reused",
  "invalid-session",
  "session-locked",
  "too-many-pending",
  "released-before",
]);

/** Reports ids of rules, limits and workflows that stand twice, or that decisions use for something else. */
export function checkIds(statements: readonly Written[], report: Report): void {
  const seen = new Map<string, Position>();
  for (const id of statements.map((statement) => valueOf(statement, "id"))) {
    const text = textOf(id);
    if (id === undefined || text === undefined) continue;
    const first = seen.get(text);
    if (first !== undefined) report(id.at, `the id \`${text}\` is used twice: first on line ${first.line}; rename one`);
    else seen.set(text, id.at);
    if (reserved.has(text) || /^(?:default|error):/.test(text))
      report(id.at, `the id \`${text}\` is reserved: decisions use it for what no rule decided; rename it`);
  }
}
