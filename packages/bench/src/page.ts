import { cpus } from "node:os";
import type { Finding, Section, Target } from "./section.ts";
import { tableOf } from "./table.ts";

/** A section with what it found. */
export interface Measured {
  readonly section: Section;
  readonly finding: Finding;
}

/** The page: the table of all targets, then section after section. */
export function pageOf(measured: readonly Measured[]): string {
  const targets = measured.flatMap(({ finding }) => finding.targets);
  return [
    "# What it costs",
    `Written by \`pnpm bench\` on ${cpus()[0]?.model.trim() ?? "an unknown CPU"} (${cpus().length} of them), Node ${process.versions.node}. Times are CPU time, medians of several rounds; ratios are of one run.`,
    ...(targets.length === 0 ? [] : ["## Targets", targetTable(targets)]),
    ...measured.flatMap(({ section, finding }) => [`## ${section.title}`, finding.text]),
  ]
    .join("\n\n")
    .concat("\n");
}

function targetTable(targets: readonly Target[]): string {
  return tableOf(
    ["what", "target", "measured", "met"],
    targets.map(({ what, aim, measured, met }) => [what, aim, measured, met ? "yes" : "**no**"]),
  );
}
