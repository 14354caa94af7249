import type { Case } from "./case.ts";
import type { Cell } from "./suite.ts";

const MARKS = { passed: "✓", excused: "~", failed: "✗" } as const;

/** The matrix of cases and adapters as text: ✓ passed, ~ excused, ✗ failed, and a count. */
export function matrixOf(cells: readonly Cell[]): string {
  const adapters = [...new Set(cells.map(({ adapter }) => adapter))].sort();
  const names = [...new Set(cells.map((cell) => cell.case))];
  const width = Math.max(4, ...names.map((name) => name.length));
  const markOf = (name: string, adapter: string): string => {
    const cell = cells.find((found) => found.case === name && found.adapter === adapter);
    return centred(cell === undefined ? " " : MARKS[cell.status], adapter.length);
  };
  const rows = names.map((name) => `${name.padEnd(width)}  ${adapters.map((adapter) => markOf(name, adapter)).join("  ")}`);
  const count = (status: Cell["status"]): number => cells.filter((cell) => cell.status === status).length;
  const sum = `${names.length} cases, ${cells.length} cells: ${count("passed")} passed, ${count("excused")} excused, ${count("failed")} failed`;
  return [`${"case".padEnd(width)}  ${adapters.join("  ")}`, ...rows, "", sum].join("\n");
}

function centred(mark: string, width: number): string {
  return mark.padStart(Math.ceil((width + mark.length) / 2)).padEnd(width);
}

/** The document that lists what no adapter is silently left out of: every case, and each cell that is excused, with its reason. */
export function coverageDocument(cases: readonly Case[], adapters: readonly string[]): string {
  const excused = cases.flatMap((played) => [...played.differs].map(([adapter, excuse]) => ({ played, adapter, excuse })));
  const cells = cases.length * adapters.length;
  const mark = (played: Case, adapter: string): string => (played.differs.has(adapter) ? "~" : "✓");
  return [
    "# What conforms",
    "",
    "Generated from the cases; the tests hold it: a cell that is ✓ does exactly what the case says and leaves the reference's ledger, one that is ~ does what its excuse says and no more.",
    "",
    `${cases.length} cases on ${adapters.length} adapters: ${cells - excused.length} of ${cells} cells conform, ${excused.length} differ for the reasons below.`,
    "",
    "## Where an adapter differs",
    "",
    "| case | adapter | why | shown by |",
    "|---|---|---|---|",
    ...excused.map(({ played, adapter, excuse }) => `| ${played.name} | ${adapter} | ${excuse.reason} | \`${excuse.probe}\` |`),
    "",
    "## Every case",
    "",
    `| case | file | ${adapters.join(" | ")} |`,
    `|---|---|${adapters.map(() => "---|").join("")}`,
    ...cases.map((played) => `| ${played.name} | ${played.file} | ${adapters.map((adapter) => mark(played, adapter)).join(" | ")} |`),
    "",
  ].join("\n");
}
