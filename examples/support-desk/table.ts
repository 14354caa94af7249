import { bad, decided, faint, good, strong } from "./paint.ts";

/** What was decided, and the rules that did. */
export interface Outcome {
  readonly decision: string;
  readonly rules: readonly string[];
}

/** One thing that was tried. */
export interface Row {
  readonly tried: string;
  readonly outcomes: readonly Outcome[];
  /** what was counted outside the gate */
  readonly happened: readonly string[];
  /** whether all of it is as it must be */
  readonly ok: boolean;
}

const WIDTHS = [31, 16, 20, 27] as const;
const HEAD = ["what was tried", "decision", "rule", "what really happened"] as const;

/** Rows that belong together. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** The rows as a table of at most 100 columns. */
export function formatTable(sections: readonly Section[]): string {
  const head = HEAD.map((title, n) => strong(title.padEnd(WIDTHS[n] ?? 0))).join("  ");
  const line = faint("─".repeat(100));
  return [head, line, ...sections.flatMap(({ title, rows }) => [faint(title), ...rows.flatMap(linesOf)]), line].join("\n");
}

function linesOf(row: Row): readonly string[] {
  const decisions = row.outcomes.flatMap(({ decision, rules }) => rules.map((rule, n) => ({ decision: n === 0 ? decision : "", rule })));
  const height = Math.max(decisions.length, row.happened.length);
  return Array.from({ length: height }, (_, n) => {
    const { decision, rule } = decisions[n] ?? { decision: "", rule: "" };
    const mark = n > 0 ? " " : row.ok ? good("✓") : bad("✗");
    const tried = (n === 0 ? `  ${row.tried}` : "").padEnd(WIDTHS[0]);
    return `${tried}  ${decided(decision.padEnd(WIDTHS[1]))}  ${rule.padEnd(WIDTHS[2])}  ${mark} ${row.happened[n] ?? ""}`.trimEnd();
  });
}
