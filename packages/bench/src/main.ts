import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pageOf, type Measured } from "./page.ts";
import type { Section } from "./section.ts";
import { SECTIONS } from "./sections.ts";

/**
 * Measures and prints. `pnpm bench` measures every section and writes docs/bench.md with its charts; `pnpm bench NAME…` measures
 * these sections alone, hands what follows the names to them, and writes nothing.
 */
async function main(args: readonly string[]): Promise<void> {
  const end = args.findIndex((arg) => arg.startsWith("-"));
  const names = end === -1 ? args : args.slice(0, end);
  const measured: Measured[] = [];
  for (const section of chosen(names)) {
    const start = performance.now();
    const say = (progress: string): void => console.error(`${section.name}: ${progress}`);
    measured.push({ section, finding: await section.measure(say, args.slice(names.length)) });
    say(`took ${((performance.now() - start) / 1_000).toFixed(0)} s`);
  }
  const page = pageOf(measured);
  if (names.length === 0) write(page, measured);
  console.log(page);
}

function chosen(names: readonly string[]): readonly Section[] {
  const unknown = names.find((name) => SECTIONS.every((section) => section.name !== name));
  if (unknown !== undefined) {
    throw new Error(`there is no section \`${unknown}\`; there are ${SECTIONS.map(({ name }) => name).join(", ")}`);
  }
  return names.length === 0 ? SECTIONS : SECTIONS.filter(({ name }) => names.includes(name));
}

function write(page: string, measured: readonly Measured[]): void {
  mkdirSync("docs", { recursive: true });
  writeFileSync(join("docs", "bench.md"), page);
  for (const { file, svg } of measured.flatMap(({ finding }) => finding.charts)) writeFileSync(join("docs", file), svg);
}

await main(process.argv.slice(2));
