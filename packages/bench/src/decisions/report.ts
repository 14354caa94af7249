import { lineChart } from "../chart.ts";
import { countName, figure, tableOf } from "../table.ts";
import { PEERS } from "./peers/peers.ts";
import type { LoadCost } from "./load.ts";
import type { Costs } from "./race.ts";

/** What is decided, and how it is measured. */
export const WORKLOAD_TEXT: string = `Rules made by a seeded generator, over a fifth as many tools (at least ten): one to three conditions each, of equality, prefix, number, membership in a list, pattern and
session label, and in every second rule one about the principal's tenant or roles. 10,000 requests with args of 100 to 600 bytes: half are allowed, three of ten denied (two by
a rule, one because no rule allows it), two of ten need approval. Deny stands over require_approval over allow. Ours is \`decide(program, request, usage)\`, with args read and frozen as the
gate hands them over and the facts that the gate has. Every peer has to give our decision on every request, and the same matching rules where it can tell, before anything is
timed. Each runs in a process of its own; rounds of 0.1 s go around, nine after three that nobody counts; the median counts. µs of CPU a decision, and how many times ours that is:`;

/** How the peers are used. */
export const PEERS_TEXT: string = `- **closures**: plain functions \`(request) => …\` for each condition, joined by \`&&\`, in a map by tool; all matching rules are told, as ours are.
- **casl**: one ability for each kind of principal (tenant and roles; twenty of them), made before and kept, with the rules whose principal condition holds. MongoDB conditions on flat fields; action
  is the tool. It is asked once, for the rule that counts (\`relevantRuleFor\`), and the strictest stand last: it looks no further than the first match and tells that one rule.
- **casl, one ability**: the same with one ability for all, asked about the call and its principal together.
- **cel-js**: the same conditions as ours, each parsed once, in a map by tool; all matching rules are told.
- **cedar**: one policy set for each tool, preparsed (\`statefulIsAuthorized\`), all facts in the context and no entities, no validation. A rule that asks for approval is a permit and known by its id. Cedar
  has no regular expressions: \`like "INV-*-EU"\` stands for \`^INV-[0-9]{4}-EU$\`, which agrees on these requests.
- **casbin**: one enforcer for each tool (its docs' sharding), \`eval\` of each rule's condition, priority effect with the strictest rules first, so that it stops at the first match; asked by \`enforceExSync\`.
- **agt**: \`@microsoft/agent-governance-sdk\`, one policy document, the matching rule of the highest priority. It knows no prefix, pattern or list in the context: the app works these out before it asks, and that is not timed.
  Where 10,000 answers would take more than a minute it is left out.
- What has no globs is given every tool's name.`;

/** The costs of peers, and how many times ours they are. */
export function costTable(costs: ReadonlyMap<number, Costs>): string {
  return tableBy("rules", new Map([...costs].map(([rules, of]) => [countName(rules), of])));
}

/** The same for one number of rules in other circumstances. */
export function variantTable(variants: ReadonlyMap<string, Costs>): string {
  return `The same at 1,000 rules, where tools are named by globs (each is about two tools) and where traffic is skewed (Zipf: the nth tool is called as often as 1/n of the first):

${tableBy("", variants)}`;
}

function tableBy(head: string, rows: ReadonlyMap<string, Costs>): string {
  const names = PEERS.map(({ name }) => name).filter((name) => [...rows.values()].some((of) => of.has(name)));
  const cell = (of: Costs, name: string): string => {
    const [cost, ratio] = [of.get(name), ratioOf(of, name)];
    if (cost === undefined || ratio === undefined) return "–";
    return name === OURS ? figure(cost) : `${figure(cost)} (${figure(ratio)}×)`;
  };
  return tableOf(
    [head, ...names],
    [...rows].map(([row, of]) => [row, ...names.map((name) => cell(of, name))]),
  );
}

const OURS = "sallyport";

/** How many times ours a peer takes. */
export function ratioOf(of: Costs, name: string): number | undefined {
  const [cost, ours] = [of.get(name), of.get(OURS)];
  return cost === undefined || ours === undefined ? undefined : cost / ours;
}

/** µs a decision by rules, for every peer. */
export function costChart(costs: ReadonlyMap<number, Costs>): string {
  const series = PEERS.map(({ name }) => ({
    name,
    points: [...costs].flatMap(([rules, of]) => {
      const cost = of.get(name);
      return cost === undefined ? [] : [[rules, cost] as const];
    }),
  }));
  return lineChart(
    series.filter(({ points }) => points.length > 0),
    { title: "What a decision costs as rules become more", x: "rules", y: "µs of CPU", nameOfX: countName },
  );
}

/** What loading costs. */
export function loadTable(loads: ReadonlyMap<number, LoadCost>): string {
  const millis = (micros: number): string => figure(micros / 1_000);
  const megabytes = (bytes: number): string => figure(bytes / 1_000_000);
  return `Loading, each time in a new process, ms of CPU: the YAML text read into values; these checked and every condition compiled (both are \`loadPolicy\`); \`compileProgram\`; the first decision
about each tool, with all that it makes ready; and the sum of all. Heap in MB after a collection: of the loaded policy, and what the program adds after it has decided about every tool.

${tableOf(
  [
    "rules",
    "text, KB",
    "read",
    "check and compile conditions",
    "compile the program",
    "first decisions",
    "sum",
    "policy, MB",
    "program, MB",
  ],
  [...loads].map(([rules, cost]) => [
    countName(rules),
    figure(cost.characters / 1_000),
    millis(cost.read),
    millis(cost.load - cost.read),
    millis(cost.compile),
    `${millis(cost.firstUse)} (${countName(cost.tools)} tools)`,
    millis(cost.load + cost.compile + cost.firstUse),
    megabytes(cost.policyBytes),
    megabytes(cost.programBytes),
  ]),
)}`;
}
