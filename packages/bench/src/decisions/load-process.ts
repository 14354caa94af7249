import { collectProblems, compileProgram, decide, loadPolicy, readDocument, type Program } from "@sallyport/core";
import { memoryInUse } from "../measure.ts";
import { generate } from "./generate.ts";
import { requestOf } from "./peers/sallyport.ts";
import { policyText } from "./policy-text.ts";
import type { PlainRequest, Recipe } from "./workload.ts";

/** What a policy costs until it has decided about every tool once: microseconds of CPU, and bytes. */
export interface Loaded {
  /** characters of the file */
  readonly characters: number;
  /** `loadPolicy` */
  readonly load: number;
  /** `compileProgram` */
  readonly compile: number;
  /** the first decision about each tool, with all that it makes ready */
  readonly firstUse: number;
  readonly tools: number;
  readonly policyBytes: number;
  readonly programBytes: number;
}

/** What a process is asked for: everything, or the YAML alone. */
export type Stage = "load" | "read";

/** Microseconds of CPU to read the YAML text into values, as `loadPolicy` does first. */
function measureReading(recipe: Recipe): number {
  const text = policyText(generate(recipe));
  return timed(() => readDocument(text, collectProblems().report)).micros;
}

function measureLoading(recipe: Recipe): Loaded {
  const workload = generate(recipe);
  const text = policyText(workload);
  const first = firstOfEachTool(workload.requests).map(requestOf);
  const empty = memoryInUse();
  const load = timed(() => loadPolicy(text));
  const loaded = memoryInUse();
  const compile = timed(() => compileProgram(load.made));
  const use = timed(() => decideAll(compile.made, first));
  return {
    characters: text.length,
    load: load.micros,
    compile: compile.micros,
    firstUse: use.micros,
    tools: use.made,
    policyBytes: loaded - empty,
    programBytes: memoryInUse() - loaded,
  };
}

function firstOfEachTool(requests: readonly PlainRequest[]): readonly PlainRequest[] {
  return [...new Map(requests.toReversed().map((request) => [request.tool, request])).values()];
}

function decideAll(program: Program, requests: readonly ReturnType<typeof requestOf>[]): number {
  for (const request of requests) decide(program, request, () => 0);
  return requests.length;
}

function timed<T>(task: () => T): { readonly made: T; readonly micros: number } {
  const start = process.cpuUsage();
  const made = task();
  const { user, system } = process.cpuUsage(start);
  return { made, micros: user + system };
}

const [recipe = "{}", stage = "load"] = process.argv.slice(2);
process.send?.(stage === "read" ? measureReading(JSON.parse(recipe)) : measureLoading(JSON.parse(recipe)));
process.disconnect();
