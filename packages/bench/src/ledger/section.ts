import { lineChart } from "../chart.ts";
import { diskTime } from "../gate/places.ts";
import { perSecond } from "../measure.ts";
import type { Section, Target } from "../section.ts";
import { countName, figure, tableOf } from "../table.ts";
import { measureAppends, type AppendCost } from "./append.ts";
import { measureChain, type ChainCost } from "./chain.ts";
import { measureReplay, type ReplayCost } from "./replay.ts";

const BATCHES = [1, 100, 1_000];

/** What was aimed at: microseconds of a record, and durable records a second at a batch of 100. */
const AIM = { seal: 9, records: 20_000 };

/** What the ledger costs: writing, verifying and replaying it. */
export const ledger: Section = {
  name: "ledger",
  title: "The ledger",
  async measure(say) {
    say("the chain");
    const chain = await measureChain();
    say(`batches of ${BATCHES.map(countName).join(", ")} records`);
    const appends = await measureAppends(BATCHES);
    const disk = diskTime();
    say("replay");
    const replay = await measureReplay();
    return {
      text: [chainText(chain), appendText(appends, disk), replayText(replay)].join("\n\n"),
      charts: [{ file: "bench-ledger.svg", svg: appendChart(appends) }],
      targets: targetsOf(chain, appends),
    };
  },
};

function targetsOf(chain: ChainCost, appends: readonly AppendCost[]): readonly Target[] {
  const records = perSecond(appends.find(({ batch }) => batch === 100)?.record.elapsed ?? Number.NaN);
  return [
    {
      what: `canonical JSON and chain, a record of ${chain.bytes} bytes`,
      aim: `≤ ${AIM.seal} µs`,
      measured: `${figure(chain.seal)} µs`,
      met: chain.seal <= AIM.seal,
    },
    {
      what: "durable records a second, SQLite, batches of 100",
      aim: `≥ ${countName(AIM.records)}`,
      measured: figure(records),
      met: records >= AIM.records,
    },
  ];
}

function chainText(chain: ChainCost): string {
  return `A record of ${chain.bytes} bytes of canonical JSON, half of it state and half payload, in a stream of one session.

${tableOf(
  ["", "µs a record", "records a second"],
  [
    ["canonical JSON", chain.canonical],
    ["canonical JSON, hash of the payload, hash of the record", chain.seal],
    ["verify, records in memory", chain.verify],
    ["verify, read from SQLite", chain.readAndVerify],
  ].map(([name, micros]) => [String(name), figure(Number(micros)), figure(perSecond(Number(micros)))]),
)}`;
}

function appendText(appends: readonly AppendCost[], disk: number): string {
  return `Sealed and appended to an SQLite file in batches, each batch waiting for the disk to have the one before (\`synchronous = FULL\`); records a second are by the clock on the wall.
To write 4 KB to a plain file and wait for the disk took ${figure(disk)} µs here.

${tableOf(
  ["batch", "µs of CPU a record", "records a second"],
  appends.map(({ batch, record }) => [countName(batch), figure(record.cpu), figure(perSecond(record.elapsed))]),
)}

![Durable records a second by batch](bench-ledger.svg)`;
}

function appendChart(appends: readonly AppendCost[]): string {
  const points = appends.map(({ batch, record }) => [batch, perSecond(record.elapsed)] as const);
  const captions = { title: "Durable records a second by batch", x: "records in a batch", y: "records a second", nameOfX: countName };
  return lineChart([{ name: "SQLite", points }], captions);
}

function replayText({ played, command, calls }: ReplayCost): string {
  return `A trace of ${countName(calls)} calls with their results, decided again: ${figure(perSecond(played.cpu))} calls a second of CPU (${figure(played.cpu)} µs each) by \`Replay\`, and
${figure(perSecond(command))} a second by \`sallyport replay\`, from the start of the process to its end.`;
}
