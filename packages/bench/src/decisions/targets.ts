import type { Target } from "../section.ts";
import { countName, figure } from "../table.ts";
import type { LoadCost } from "./load.ts";
import type { Costs } from "./race.ts";
import { ratioOf } from "./report.ts";

/** What was aimed at against each peer: how many times faster ours shall be from 100 rules on. */
const FASTER: Readonly<Record<string, number>> = { casl: 3, "cel-js": 4, cedar: 150, agt: 800 };

/** The rows of the table of targets that decisions have. */
export function targetsOf(costs: ReadonlyMap<number, Costs>, loads: ReadonlyMap<number, LoadCost>): readonly Target[] {
  return [
    againstClosures(costs, [10, 100, 1_000], 1.5),
    againstClosures(costs, [10_000], 1),
    ...Object.entries(FASTER).map(([name, times]) => against(costs, name, times)),
    growth(costs),
    ...loading(loads.get(10_000)),
  ];
}

function againstClosures(costs: ReadonlyMap<number, Costs>, sizes: readonly number[], times: number): Target {
  const ratios = sizes.map((rules) => 1 / (ratioOf(costs.get(rules) ?? new Map(), "closures") ?? 0));
  return {
    what: `decide against hand-written closures, ${sizes.map(countName).join(", ")} rules`,
    aim: `≤ ${times}×`,
    measured: ratios.map((ratio) => `${figure(ratio)}×`).join(", "),
    met: ratios.every((ratio) => ratio <= times),
  };
}

function against(costs: ReadonlyMap<number, Costs>, name: string, times: number): Target {
  const ratios = [...costs].flatMap(([rules, of]) => (rules < 100 ? [] : [{ rules, ratio: ratioOf(of, name) }]));
  return {
    what: `decide against ${name}, ${ratios.map(({ rules }) => countName(rules)).join(", ")} rules`,
    aim: `≥ ${times}× faster`,
    measured: ratios.map(({ ratio }) => (ratio === undefined ? "took too long" : `${figure(ratio)}×`)).join(", "),
    met: ratios.every(({ ratio }) => ratio === undefined || ratio >= times),
  };
}

function growth(costs: ReadonlyMap<number, Costs>): Target {
  const [few, many] = [costs.get(10)?.get("sallyport") ?? 0, costs.get(10_000)?.get("sallyport") ?? 0];
  return { what: "growth of decide from 10 to 10,000 rules", aim: "≤ 7×", measured: `${figure(many / few)}×`, met: many <= few * 7 };
}

function loading(cost: LoadCost | undefined): readonly Target[] {
  if (cost === undefined) return [];
  const [millis, megabytes] = [(cost.compile + cost.firstUse) / 1_000, cost.programBytes / 1_000_000];
  return [
    {
      what: "compile 10,000 loaded rules, and the first decision about every tool",
      aim: "≤ 100 ms of CPU",
      measured: `${figure(millis)} ms`,
      met: millis <= 100,
    },
    { what: "heap of the program of 10,000 rules", aim: "≤ 10 MB", measured: `${figure(megabytes)} MB`, met: megabytes <= 10 },
  ];
}
