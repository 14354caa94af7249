import { fork } from "node:child_process";
import { medianOf } from "../measure.ts";
import { messageOf } from "./message.ts";
import type { Loaded, Stage } from "./load-process.ts";
import type { Recipe } from "./workload.ts";

/** What it costs to load a policy. */
export interface LoadCost extends Loaded {
  /** microseconds of CPU to read the YAML text into values: the first part of `load` */
  readonly read: number;
}

/** In so many processes; the median of each figure counts. */
const RUNS = 3;

/** Loads the rules of a recipe, each time in a process of its own, so that nothing is warm. */
export async function measureLoad(recipe: Recipe): Promise<LoadCost> {
  const reads: number[] = [];
  const loads: Loaded[] = [];
  for (let run = 0; run < RUNS; run++) {
    reads.push(await inProcess<number>(recipe, "read"));
    loads.push(await inProcess<Loaded>(recipe, "load"));
  }
  const median = (pick: (cost: Loaded) => number): number => medianOf(loads.map(pick));
  return {
    characters: median(({ characters }) => characters),
    read: medianOf(reads),
    load: median(({ load }) => load),
    compile: median(({ compile }) => compile),
    firstUse: median(({ firstUse }) => firstUse),
    tools: median(({ tools }) => tools),
    policyBytes: median(({ policyBytes }) => policyBytes),
    programBytes: median(({ programBytes }) => programBytes),
  };
}

async function inProcess<T>(recipe: Recipe, stage: Stage): Promise<T> {
  const child = fork(new URL("load-process.ts", import.meta.url), [JSON.stringify(recipe), stage], { execArgv: ["--expose-gc"] });
  return messageOf<T>(child, `loading ${recipe.rules} rules`);
}
