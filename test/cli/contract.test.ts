import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadPolicy, SallyportError } from "../../packages/core/src/index.ts";
import { readTrace } from "../../packages/cli/src/trace/lines.ts";
import { approvesOf, Player } from "../../packages/cli/src/trace/player.ts";
import { printPlayed } from "../../packages/cli/src/trace/print.ts";
import { linesOf, traceOf, type Run } from "./run.ts";

/** A case of the contract; see its README. */
interface ContractCase {
  readonly name: string;
  readonly issue: string;
  readonly policy: string;
  readonly trace?: readonly unknown[];
  readonly approve?: "none" | "all";
}

type Check = (one: ContractCase, run: Run & { readonly lines: readonly object[] }) => readonly string[];

const data = process.env["SALLYPORT_DATA"] ?? "";
const folder = join(data, "contract");
const found = data !== "" && existsSync(folder);

function casesOf(): readonly ContractCase[] {
  const files = readdirSync(join(folder, "cases")).filter((file) => file.endsWith(".json"));
  return files.flatMap((file): ContractCase[] => JSON.parse(readFileSync(join(folder, "cases", file), "utf8")));
}

function traceTextOf({ trace = [] }: ContractCase): string {
  return traceOf(...trace).replaceAll(/\{\{(.)\*(\d+)\}\}/g, (_, letter: string, times: string) => letter.repeat(Number(times)));
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** What `replay` does, without a process. */
async function play(one: ContractCase): Promise<Run> {
  try {
    const policy = loadPolicy(one.policy);
    const lines = await readTrace(bytesOf(traceTextOf(one)));
    const player = new Player(policy, approvesOf(one.approve ?? "none", lines));
    const printed = lines.flatMap((line) => {
      const played = player.play(line);
      return played === undefined ? [] : [printPlayed(played)];
    });
    return { code: 0, out: printed.map((line) => (line === undefined ? "" : `${line}\n`)).join(""), err: "" };
  } catch (error) {
    if (!SallyportError.isInstance(error)) throw error;
    return { code: 2, out: "", err: error.message };
  }
}

describe.skipIf(!found)("the contract", async () => {
  if (!found) return;
  const { check }: { readonly check: Check } = await import(join(folder, "run.mjs"));
  it.each(casesOf().filter(({ issue }) => issue === "A"))("$name", async (one) => {
    const run = await play(one);
    expect(check(one, { ...run, lines: linesOf(run.out) })).toEqual([]);
  });
});

if (!found) it.skip("the contract is skipped: SALLYPORT_DATA names no folder with `contract` in it", () => undefined);
