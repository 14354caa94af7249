import { describe, expect, it } from "vitest";
import { DETECTORS, KINDS } from "../../../packages/core/src/detect/names.ts";
import { CLEAN, CORPUS, measure, PLAIN } from "./measure.ts";

/** What must never get worse unnoticed: at least so much of the samples is found, and at most so many clean texts raise an alarm. */
const FLOORS: readonly (readonly [detector: string, recall: number, alarms: number])[] = [
  ["pii", 0.85, 2],
  ["secrets", 0.88, 0],
  ["prompt_injection", 0.7, 1],
  ["urls", 0.8, 0],
];

describe("the corpus", () => {
  const measured = measure().filter(({ kind }) => kind !== PLAIN);

  it("has samples of every kind, and enough of all", () => {
    expect(CLEAN).toBeGreaterThanOrEqual(150);
    expect(CORPUS.reduce((sum, [, samples]) => sum + samples.length, 0)).toBeGreaterThanOrEqual(150);
    for (const detector of DETECTORS) {
      const kinds = new Set(measured.filter((one) => one.detector === detector).map(({ kind }) => kind));
      expect([...kinds].sort()).toEqual(Object.entries(KINDS).flatMap(([name, all]) => (name === detector ? [...all].sort() : [])));
    }
  });

  it.each(FLOORS)("%s finds at least %d of it, with at most %d false alarms", (detector, recall, alarms) => {
    const of = measured.filter((one) => one.detector === detector);
    const samples = of.reduce((sum, one) => sum + one.samples, 0);
    const missed = of.flatMap((one) => one.missed);
    expect((samples - missed.length) / samples, `missed: ${JSON.stringify(missed)}`).toBeGreaterThanOrEqual(recall);
    expect(of.flatMap((one) => one.alarms).length).toBeLessThanOrEqual(alarms);
  });
});
