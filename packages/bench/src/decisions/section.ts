import { parseArgs } from "node:util";
import type { Finding, Section } from "../section.ts";
import { measureLoad, type LoadCost } from "./load.ts";
import { PEERS } from "./peers/peers.ts";
import type { Peer } from "./peers/peer.ts";
import { race, type Costs } from "./race.ts";
import { costChart, costTable, loadTable, PEERS_TEXT, variantTable, WORKLOAD_TEXT } from "./report.ts";
import { targetsOf } from "./targets.ts";
import type { Recipe } from "./workload.ts";

const SIZES = [10, 100, 1_000, 10_000];

/** Where tools are named by globs, and where a few tools are called nearly always. */
const VARIANTS: Readonly<Record<string, Partial<Recipe>>> = {
  "a tenth of the rules by glob": { globs: 1 },
  "all rules by glob": { globs: 10 },
  "skewed traffic": { traffic: "skewed" },
};
const VARIANT_RULES = 1_000;
const VARIANT_PEERS = ["sallyport", "closures", "casl", "casl, one ability", "cel-js"];

/** Decisions by rule sets of several sizes, against peers. `--peers a,b` and `--rules 10,1000` measure these alone. */
export const decisions: Section = {
  name: "decisions",
  title: "Decisions",
  async measure(say, args) {
    const { peers, sizes } = chosen(args);
    const costs = new Map<number, Costs>();
    for (const rules of sizes) costs.set(rules, await race(peers, recipeOf({ rules }), say));
    return args.length > 0 ? { text: costTable(costs), charts: [], targets: [] } : whole(costs, say);
  },
};

async function whole(costs: ReadonlyMap<number, Costs>, say: (progress: string) => void): Promise<Finding> {
  const variants = new Map([["exact names, even traffic", costs.get(VARIANT_RULES) ?? new Map<string, number>()]]);
  const peers = PEERS.filter(({ name }) => VARIANT_PEERS.includes(name));
  for (const [name, variant] of Object.entries(VARIANTS)) {
    say(name);
    variants.set(name, await race(peers, recipeOf({ rules: VARIANT_RULES, ...variant }), say));
  }
  const loads = new Map<number, LoadCost>();
  for (const rules of SIZES) {
    say(`loading ${rules} rules`);
    loads.set(rules, await measureLoad(recipeOf({ rules })));
  }
  return {
    text: [
      WORKLOAD_TEXT,
      costTable(costs),
      "![What a decision costs as rules become more](bench-decisions.svg)",
      PEERS_TEXT,
      variantTable(variants),
      loadTable(loads),
    ].join("\n\n"),
    charts: [{ file: "bench-decisions.svg", svg: costChart(costs) }],
    targets: targetsOf(costs, loads),
  };
}

function recipeOf(parts: Partial<Recipe> & Pick<Recipe, "rules">): Recipe {
  return { requests: 10_000, seed: 20_261_122, globs: 0, traffic: "even", ...parts };
}

function chosen(args: readonly string[]): { readonly peers: readonly Peer[]; readonly sizes: readonly number[] } {
  const { values } = parseArgs({ args: [...args], options: { peers: { type: "string" }, rules: { type: "string" } } });
  const names = values.peers?.split(",");
  const unknown = names?.find((name) => PEERS.every((peer) => peer.name !== name));
  if (unknown !== undefined) throw new Error(`there is no peer \`${unknown}\`; there are ${PEERS.map(({ name }) => name).join("; ")}`);
  return {
    // ours is what the others have to agree with
    peers: PEERS.filter(({ name }, at) => at === 0 || (names?.includes(name) ?? true)),
    sizes: values.rules?.split(",").map(Number) ?? SIZES,
  };
}
