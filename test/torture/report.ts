import type { Violation } from "./audit/violation.ts";
import type { FormName } from "./form.ts";
import type { Counts } from "./run.ts";

/** What cannot be done on the machine's own disk. */
export const SKIPPED_ON_SHARED: readonly string[] = [
  "disks made read-only",
  "processes killed together",
  "denied because the disk was read-only",
];

/** What is too rare for a short run, or not done in it. */
const RARE_IN_SHORT = new Set([
  "denied because the store hung",
  "idempotent effects had twice, under one key",
  "outcomes that came after `unknown`",
  "answers given too late",
  "resumed without a verdict, refused",
  "strangers, refused",
  "approvers killed",
  "killed right after an answer",
  "calls that failed",
]);

/** What a run had to exercise and did not: it then shows nothing. */
export function missing(form: FormName, counts: Counts, skipped: readonly string[]): readonly string[] {
  if (form === "tiny") return [];
  return Object.entries(counts).flatMap(([name, count]) =>
    count > 0 || skipped.includes(name) || (form === "short" && RARE_IN_SHORT.has(name)) ? [] : name,
  );
}

/** Shown of each kind of violation. */
const EXAMPLES = 5;

/** All that a run tells: its counts, then its violations. */
export function report(counts: Counts, violations: readonly Violation[], never: readonly string[], skipped: readonly string[]): string {
  const width = Math.max(...Object.keys(counts).map((name) => name.length));
  const rows = Object.entries(counts).map(([name, count]) => {
    const remark = skipped.includes(name) ? "  skipped: no disk can be mounted here" : never.includes(name) ? "  never exercised" : "";
    return `${name.padEnd(width)} ${String(count).padStart(7)}${remark}`;
  });
  const kinds = [...Map.groupBy(violations, ({ kind }) => kind)].flatMap(([kind, found]) => [
    `${kind}: ${found.length}`,
    ...found.slice(0, EXAMPLES).map(({ where }) => `  ${where}`),
  ]);
  const verdict = never.length === 0 ? [] : [`never exercised: ${never.join("; ")}`];
  return [...rows, "", `violations: ${violations.length}`, ...kinds, ...verdict].join("\n");
}
