import { didYouMean } from "../../condition/nearest.ts";
import { patternProblem } from "../../detect/custom.ts";
import { detectorNames, detectorProblem, DETECTORS } from "../../detect/names.ts";
import { listWords } from "../format/shape.ts";
import type { CustomDetector } from "../policy.ts";
import type { Report } from "../text/problems.ts";
import { entriesOf, itemsOf, textOf, valueOf } from "../text/written.ts";
import type { Written, WrittenEntry } from "../text/written.ts";

/** The detectors that rules may name. */
export interface Detectors {
  readonly custom: readonly CustomDetector[];
  /** Why a name in `detect` is none; undefined where it is one. */
  readonly problem: (name: string) => string | undefined;
}

/** Builds the policy's own detectors. */
export function buildDetectors(written: Written | undefined, report: Report): Detectors {
  const entries = entriesOf(written);
  // one whose pattern is wrong is a name all the same: what uses it is not wrong too
  const names = entries.map(({ key }) => key);
  const custom = entries.flatMap((entry) => buildDetector(entry, report) ?? []);
  return { custom, problem: (name) => problemOf(name, names) };
}

/** Reports names in `detect` that are no detectors. */
export function checkDetect(detect: Written | undefined, { problem }: Detectors, report: Report): void {
  for (const item of itemsOf(detect)) {
    const name = textOf(item);
    const says = name === undefined || name === "" ? undefined : problem(name);
    if (says !== undefined) report(item.at, says);
  }
}

function buildDetector({ key: name, at, value }: WrittenEntry, report: Report): CustomDetector | undefined {
  const [root] = name.split(".");
  if (DETECTORS.some((detector) => detector === root)) return report(at, `\`${name}\` is a name of the built-in detectors; rename yours`);
  const pattern = textOf(valueOf(value, "pattern"));
  if (pattern === undefined) return undefined;
  const problem = patternProblem(pattern);
  if (problem !== undefined) return report((valueOf(value, "pattern") ?? value).at, `\`pattern\` of detector \`${name}\` ${problem}`);
  return { name, kind: textOf(valueOf(value, "kind")) ?? name, pattern };
}

function problemOf(name: string, custom: readonly string[]): string | undefined {
  const problem = detectorProblem(name, custom);
  if (problem === undefined) return undefined;
  const hint =
    didYouMean(name, detectorNames(custom)) ||
    `; write ${listWords([...new Set([...DETECTORS, ...custom])])}, or a kind of a built-in one such as \`pii.iban\``;
  return `${problem}${hint}`;
}
