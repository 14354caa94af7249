import { lineChart } from "../chart.ts";
import type { Section } from "../section.ts";
import { countName, figure, sizeName, tableOf } from "../table.ts";
import { measureOrigins, type OriginCost } from "./looking-up.ts";
import { measureSteps, type StepCost } from "./steps.ts";

/** How much a session has read, in characters. */
const SIZES = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];

/** How many calls a session has made. The first time warms everything up. */
const STEPS = [1_000, 10, 1_000, 10_000];

/** What it costs to know where values came from. */
export const origins: Section = {
  name: "origins",
  title: "Where values came from",
  async measure(say) {
    const costs: OriginCost[] = [];
    for (const size of SIZES) {
      say(`a session that has read ${sizeName(size)}`);
      costs.push(await measureOrigins(size));
    }
    const steps: StepCost[] = [];
    for (const count of STEPS) {
      say(`a session of ${countName(count)} steps`);
      steps.push(await measureSteps(count));
    }
    return { text: textOf(costs, steps.slice(1)), charts: [{ file: "bench-origins.svg", svg: chartOf(costs) }], targets: [] };
  },
};

function chartOf(costs: readonly OriginCost[]): string {
  const points = (pick: (cost: OriginCost) => number): readonly (readonly [number, number])[] =>
    costs.map((cost) => [cost.read, pick(cost)]);
  return lineChart(
    [
      { name: "a call through the gate", points: points(({ call }) => call) },
      { name: "looking up 10 values", points: points(({ lookUp }) => lookUp) },
    ],
    { title: "What origins cost as a session reads more", x: "what the session has read", y: "µs of CPU", nameOfX: sizeName },
  );
}

function textOf(costs: readonly OriginCost[], steps: readonly StepCost[]): string {
  return `A session reads texts of 10 KB; then a call with ten values, most of them other ones each time, is looked up (\`from_user\`, \`from_untrusted\` and \`unseen\` of all its args), and a call of a tool
that does nothing goes through the whole gate on the memory store, with three rules that ask for origins.

${tableOf(
  ["read", "look up 10 values, µs", "call through the gate, µs", "print of 10 KB, µs", "index, bytes a character"],
  costs.map((cost) => [sizeName(cost.read), figure(cost.lookUp), figure(cost.call), figure(cost.print), cost.bytesPerCharacter.toFixed(2)]),
)}

![What origins cost as a session reads more](bench-origins.svg)

A call through the gate after many others, with and without two rules that ask where its values came from: after results that say "ok", after results that
name the recipient, and in a session that has also read 1 MB in 1,000 texts with the same date and domain in every row.

${tableOf(
  ["steps", "no such rule, µs", 'results "ok", µs', "results with the recipient, µs", "1 MB of rows, µs"],
  steps.map((cost) => [countName(cost.steps), ...[cost.without, cost.ok, cost.echoed, cost.rows].map(figure)]),
)}`;
}
