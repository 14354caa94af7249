import type { Style } from "../print/style.ts";
import { formatTable } from "../print/table.ts";
import { visible } from "../print/visible.ts";
import { missing, type Reached } from "./coverage.ts";
import type { Failure } from "./play.ts";
import type { Case } from "./suite.ts";

/** A failing case with what was expected and what came. */
export function formatFailure(file: string, { name, at }: Case, failures: readonly Failure[], style: Style): string {
  const steps = failures.map(({ step, differences, reason }) => {
    const rows = differences.flatMap(({ key, expected, actual }) => [
      [`    ${key}`, { text: `- ${visible(JSON.stringify(expected))}`, paint: style.good }],
      ["", { text: `+ ${actual === undefined ? "nothing" : visible(JSON.stringify(actual))}`, paint: style.bad }],
    ]);
    const why = reason === "" ? "" : `    ${style.faint(`because: ${visible(reason)}`)}\n`;
    return `  ${visible(step.title)} ${style.faint(`(${file}:${step.at.line}:${step.at.column})`)}\n${formatTable(rows)}${why}`;
  });
  return `${style.bad("FAIL")} ${style.strong(visible(name))} ${style.faint(`(${file}:${at.line})`)}\n${steps.join("")}\n`;
}

/** What the cases reach of each policy, and what none reaches. */
export function formatCoverage(reports: readonly { readonly policy: string; readonly rows: readonly Reached[] }[], style: Style): string {
  const tables = reports.map(({ policy, rows }) => {
    const head = ["line", "", "id", "yes", "no", "failed", "not reached"].map((text) => ({ text, paint: style.faint }));
    const body = rows.map((row) => [
      row.line === null ? "" : String(row.line),
      row.kind,
      visible(row.id),
      String(row.yes),
      row.no === null ? "" : String(row.no),
      row.failed === null ? "" : String(row.failed),
      { text: missing(row).join(", "), paint: style.waiting },
    ]);
    const gaps = rows.filter((row) => missing(row).length > 0).length;
    return `${style.strong(policy)}: ${gaps === 0 ? "every branch is reached" : `${gaps} of ${rows.length} have a branch that no case reaches`}\n${formatTable([head, ...body])}`;
  });
  return `\n${tables.join("\n")}`;
}
