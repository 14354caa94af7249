import { medianOf } from "../measure.ts";
import { PEERS } from "./peers/peers.ts";
import type { Peer } from "./peers/peer.ts";
import { Runner } from "./runner.ts";
import type { Answer, Recipe } from "./workload.ts";

/** What a decision costs by each peer, in microseconds of CPU; peers that take too long are left out. */
export type Costs = ReadonlyMap<string, number>;

const ROUNDS = 9;
/** rounds that nobody counts: everything is warm afterwards */
const WARM_UP = 3;
/** a peer that would take longer to answer all requests is left out */
const SECONDS = 60;

/** Lets peers decide the same requests, in turn, after each has given the same answers as ours. */
export async function race(peers: readonly Peer[], recipe: Recipe, say: (progress: string) => void): Promise<Costs> {
  const runners = peers.map(({ name }) => new Runner(name, recipe));
  try {
    const racing = await agreeing(runners, recipe, say);
    const rounds = new Map(racing.map((runner) => [runner, [] as number[]]));
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      // whoever begins is another one each time
      for (const runner of [...racing.slice(round % racing.length), ...racing.slice(0, round % racing.length)]) {
        const micros = await runner.round();
        if (round >= WARM_UP) rounds.get(runner)?.push(micros);
      }
    }
    return new Map([...rounds].map(([{ peer }, micros]) => [peer, medianOf(micros)]));
  } finally {
    for (const runner of runners) runner.end();
  }
}

/** Those that gave our answers to all requests; the others that took too long are ended. */
async function agreeing(runners: readonly Runner[], recipe: Recipe, say: (progress: string) => void): Promise<readonly Runner[]> {
  const [ours, ...others] = runners;
  const wanted = await ours?.answers(SECONDS);
  if (ours === undefined || wanted === undefined) throw new Error(`${ours?.peer ?? "nobody"} has not answered`);
  const answered = await Promise.all(others.map(async (runner) => ({ runner, answers: await runner.answers(SECONDS) })));
  const racing = answered.flatMap(({ runner, answers }) => {
    if (answers === undefined) {
      say(`${runner.peer} takes too long at ${recipe.rules} rules`);
      runner.end();
      return [];
    }
    compare(runner.peer, wanted, answers);
    return [runner];
  });
  say(`${recipe.rules} rules: ${racing.length + 1} agree on ${wanted.length} requests`);
  return [ours, ...racing];
}

function compare(peer: string, wanted: readonly Answer[], answers: readonly Answer[]): void {
  const tells = PEERS.find(({ name }) => name === peer)?.rules ?? "all";
  const at = wanted.findIndex((want, at) => !agrees(tells, want, answers[at]));
  if (at === -1) return;
  throw new Error(`\`${peer}\` does not agree on request ${at}: ${JSON.stringify(answers[at])} in place of ${JSON.stringify(wanted[at])}`);
}

function agrees(tells: Peer["rules"], want: Answer, got: Answer | undefined): boolean {
  if (got === undefined || got.decision !== want.decision) return false;
  switch (tells) {
    case "all":
      return [...got.rules].sort().join() === [...want.rules].sort().join();
    case "one":
      return got.rules.length === Math.min(1, want.rules.length) && got.rules.every((rule) => want.rules.includes(rule));
    case "none":
      return true;
  }
}
