import { compileDetectors } from "../../../packages/core/src/detect/detectors.ts";
import type { Finding } from "../../../packages/core/src/detect/finding.ts";
import { clean } from "./corpus/clean.ts";
import { injections } from "./corpus/injection.ts";
import { pii } from "./corpus/pii.ts";
import type { Sample } from "./corpus/sample.ts";
import { secrets } from "./corpus/secrets.ts";
import { urls } from "./corpus/urls.ts";

/** The samples of each detector. */
export const CORPUS: readonly (readonly [detector: string, samples: readonly Sample[]])[] = [
  ["pii", pii],
  ["secrets", secrets],
  ["prompt_injection", injections],
  ["urls", urls],
];

/** What a detector found of the samples of one kind, and where it found that kind though nothing is there. */
export interface Measured {
  readonly detector: string;
  readonly kind: string;
  readonly samples: number;
  readonly missed: readonly string[];
  readonly alarms: readonly string[];
}

/** Measures the built-in detectors on the corpus, kind by kind. A sample counts where its part is covered, whatever it is called. */
export function measure(): readonly Measured[] {
  return CORPUS.flatMap(([detector, samples]) => {
    const detect = compileDetectors([detector], []);
    const alarms = clean.flatMap((text) => detect(text).map(({ kind }) => ({ kind, text })));
    return [...new Set(samples.map(({ kind }) => kind))].map((kind) => {
      const of = samples.filter((sample) => sample.kind === kind);
      const missed = of.filter((sample) => !isFound(sample, detect(sample.text))).map(({ text }) => text);
      return { detector, kind, samples: of.length, missed, alarms: alarms.filter((alarm) => alarm.kind === kind).map(({ text }) => text) };
    });
  });
}

function isFound({ text, part }: Sample, findings: readonly Finding[]): boolean {
  if (part === undefined) return findings.length > 0;
  const start = text.lastIndexOf(part);
  return findings.some((finding) => finding.start <= start && finding.end >= start + part.length);
}

/** What only asks for something, as anybody might: no kind of finding, and here to be missed. */
export const PLAIN = "plain request";

/** How many clean texts there are. */
export const CLEAN: number = clean.length;
