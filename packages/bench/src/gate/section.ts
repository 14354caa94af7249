import { lineChart, type Series } from "../chart.ts";
import { perSecond } from "../measure.ts";
import type { Section, Target } from "../section.ts";
import { countName, figure, tableOf } from "../table.ts";
import { measureAtOnce, type CrowdCost } from "./at-once.ts";
import { measureHeap, measureSessions, type CountCost, type SessionHeap } from "./many-sessions.ts";
import { memoryPlace, sqlitePlace } from "./places.ts";
import { measureSteps, type StepCost } from "./steps.ts";

const STEPS = [1, 10, 100, 1_000, 10_000];
const AT_ONCE = [1, 4, 16, 64];
const SESSIONS = [1, 1_000, 100_000];

/** What was aimed at: microseconds a call, and how far the longest session may be from a short one. */
const AIM = { micros: 30, apart: 0.2 };

/** What the whole gate adds to a tool. */
export const gate: Section = {
  name: "gate",
  title: "The gate around a tool",
  async measure(say) {
    say(`sessions of ${STEPS.map(countName).join(", ")} steps`);
    const steps = await measureSteps(STEPS);
    say(`${AT_ONCE.join(", ")} calls at once`);
    const crowds = [...(await measureAtOnce(memoryPlace, AT_ONCE)), ...(await measureAtOnce(sqlitePlace, AT_ONCE))];
    const counts: CountCost[] = [];
    for (const sessions of SESSIONS) {
      say(`a store of ${countName(sessions)} sessions`);
      counts.push(...(await measureSessions(sessions)));
    }
    const heap = await measureHeap();
    return {
      text: [ABOUT, stepText(steps), crowdText(crowds), countText(counts, heap)].join("\n\n"),
      charts: [
        { file: "bench-gate-steps.svg", svg: stepChart(steps) },
        { file: "bench-gate-at-once.svg", svg: crowdChart(crowds) },
      ],
      targets: targetsOf(steps),
    };
  },
};

const ABOUT = `A call of a tool that does nothing, with three args of 120 bytes and a policy of four rules, from the proposal to the released result; what the tool takes
by itself is subtracted. Such a call is three records in two writes. SQLite is a real file, and every write waits for the disk.`;

function targetsOf(steps: readonly StepCost[]): readonly Target[] {
  const after = (count: number): number => steps.find(({ steps }) => steps === count)?.memory ?? Number.NaN;
  const [short, long] = [after(10), after(10_000)];
  const apart = Math.abs(long / short - 1);
  const what = "gate around a call, memory store";
  return [
    ...[10, 10_000].map((count) => ({
      what: `${what}, after ${countName(count)} steps`,
      aim: `≤ ${AIM.micros} µs`,
      measured: `${figure(after(count))} µs`,
      met: after(count) <= AIM.micros,
    })),
    {
      what: `${what}, 10,000 steps against 10`,
      aim: `within ${AIM.apart * 100} %`,
      measured: `${figure(apart * 100)} %`,
      met: apart <= AIM.apart,
    },
  ];
}

function stepText(steps: readonly StepCost[]): string {
  return `### After many steps

A call in a session that has made so many before; and the first call of another process, which has to read the session.

${tableOf(
  ["steps", "memory, µs", "SQLite, µs", "SQLite, µs until it is done", "the first call after a restart, µs"],
  steps.map(({ steps, memory, sqlite, resumed }) => [countName(steps), ...[memory, sqlite.cpu, sqlite.elapsed, resumed.cpu].map(figure)]),
)}

![What a call costs after so many steps](bench-gate-steps.svg)`;
}

function stepChart(steps: readonly StepCost[]): string {
  const series = (name: string, pick: (cost: StepCost) => number): Series => ({
    name,
    points: steps.map((cost) => [cost.steps, pick(cost)]),
  });
  return lineChart(
    [
      series("memory", ({ memory }) => memory),
      series("SQLite", ({ sqlite }) => sqlite.cpu),
      series("SQLite, first call", ({ resumed }) => resumed.cpu),
    ],
    { title: "What a call costs after so many steps", x: "steps before it", y: "µs of CPU", nameOfX: countName },
  );
}

function crowdText(crowds: readonly CrowdCost[]): string {
  return `### Many calls at once

So many calls are always under way, all of one session or each of another.

${tableOf(
  ["store", "calls of", "at once", "µs a call", "calls a second"],
  crowds.map(({ store, whose, atOnce, call }) => [store, whose, String(atOnce), figure(call.cpu), figure(perSecond(call.elapsed))]),
)}

![Calls a second by how many are made at once](bench-gate-at-once.svg)`;
}

function crowdChart(crowds: readonly CrowdCost[]): string {
  const names = [...new Set(crowds.map(nameOf))];
  const series = names.map((name): Series => ({
    name,
    points: crowds.filter((crowd) => nameOf(crowd) === name).map(({ atOnce, call }) => [atOnce, perSecond(call.elapsed)]),
  }));
  const captions = { title: "Calls a second by how many are made at once", x: "calls at once", y: "calls a second", nameOfX: String };
  return lineChart(series, captions);
}

function nameOf({ store, whose }: CrowdCost): string {
  return `${store}, ${whose}`;
}

function countText(counts: readonly CountCost[], heap: SessionHeap): string {
  return `### Many sessions in one store

The first call of a session that is opened by it, and a call of a session that this process has to read first, in a store of so many sessions of one call each.

${tableOf(
  ["store", "sessions", "first call, µs", "call after reading, µs"],
  counts.map(({ store, sessions, fresh, resumed }) => [store, countName(sessions), figure(fresh.cpu), figure(resumed.cpu)]),
)}

A session of one call holds ${figure(heap.store / 1_000)} KB in the memory store, and ${figure(heap.gate / 1_000)} KB in the gate as long as it is one of those used last.`;
}
