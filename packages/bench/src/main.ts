import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { lineChart } from "./chart.ts";
import { measureChunks, type ChunkCost } from "./chunks.ts";
import { measureDetectors, type DetectorCost } from "./detectors.ts";
import { measureOrigins, type OriginCost } from "./origins.ts";
import { measureSteps, type StepCost } from "./steps.ts";

/** How much a session has read, in characters. */
const SIZES = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];

/** How many calls a session has made. The first time warms everything up. */
const STEPS = [1_000, 10, 1_000, 10_000];

/** Measures, prints the tables and writes docs/bench.md with its chart. */
async function main(): Promise<void> {
  const origins: OriginCost[] = [];
  for (const size of SIZES) {
    console.error(`origins: a session that has read ${nameOf(size)}`);
    origins.push(await measureOrigins(size));
  }
  const steps: StepCost[] = [];
  for (const count of STEPS) {
    console.error(`origins: a session of ${count} steps`);
    steps.push(await measureSteps(count));
  }
  console.error("detectors");
  const detectors = measureDetectors();
  console.error("OpenAI client");
  const chunks = await measureChunks();
  const page = pageOf(origins, steps.slice(1), detectors, chunks);
  mkdirSync("docs", { recursive: true });
  writeFileSync("docs/bench.md", page);
  writeFileSync("docs/bench-origins.svg", chartOf(origins));
  console.log(page);
}

function chartOf(origins: readonly OriginCost[]): string {
  const points = (pick: (cost: OriginCost) => number): readonly (readonly [number, number])[] =>
    origins.map((cost) => [cost.read, pick(cost)]);
  return lineChart(
    [
      { name: "a call through the gate", points: points(({ call }) => call) },
      { name: "looking up 10 values", points: points(({ lookUp }) => lookUp) },
    ],
    { title: "What origins cost as a session reads more", x: "what the session has read", y: "µs of CPU", nameOfX: nameOf },
  );
}

function pageOf(
  origins: readonly OriginCost[],
  steps: readonly StepCost[],
  detectors: readonly DetectorCost[],
  chunks: readonly ChunkCost[],
): string {
  return `# What it costs

Written by \`pnpm bench\` on ${cpus()[0]?.model.trim() ?? "an unknown CPU"}, Node ${process.versions.node}: CPU time, median of seven rounds in one run.

## Where values came from

A session reads texts of 10 KB; then a call with ten values, most of them other ones each time, is looked up (\`from_user\`, \`from_untrusted\` and \`unseen\` of all its args), and a call of a tool
that does nothing goes through the whole gate on the memory store, with three rules that ask for origins.

| read | look up 10 values, µs | call through the gate, µs | print of 10 KB, µs | index, bytes a character |
|---|---|---|---|---|
${origins.map((cost) => `| ${nameOf(cost.read)} | ${round(cost.lookUp)} | ${round(cost.call)} | ${round(cost.print)} | ${cost.bytesPerCharacter.toFixed(2)} |`).join("\n")}

![What origins cost as a session reads more](bench-origins.svg)

A call through the gate after many others, with and without two rules that ask where its values came from: after results that say "ok", after results that
name the recipient, and in a session that has also read 1 MB in 1,000 texts with the same date and domain in every row.

| steps | no such rule, µs | results "ok", µs | results with the recipient, µs | 1 MB of rows, µs |
|---|---|---|---|---|
${steps.map((cost) => `| ${cost.steps.toLocaleString("en")} | ${[cost.without, cost.ok, cost.echoed, cost.rows].map(round).join(" | ")} |`).join("\n")}

## Detectors

All built-in detectors together on 10 KB.

| text | µs |
|---|---|
${detectors.map(({ text, time }) => `| ${text} | ${round(time)} |`).join("\n")}

## OpenAI client

A chunk of a streamed answer, read by the official client from the same server text, each chunk in a piece of its own: by itself, and what the shield adds.

| policy | bare client, µs a chunk | the shield adds, µs a chunk |
|---|---|---|
${chunks.map(({ policy, bare, shield }) => `| ${policy} | ${round(bare)} | ${round(shield)} |`).join("\n")}
`;
}

function nameOf(size: number): string {
  return size >= 1_000_000 ? `${size / 1_000_000} MB` : `${size / 1_000} KB`;
}

function round(value: number): string {
  return value >= 10 ? value.toFixed(0) : value.toFixed(1);
}

await main();
