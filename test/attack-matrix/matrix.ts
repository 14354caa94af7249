import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Attack, Finding } from "./attack.ts";
import type { Column } from "./columns.ts";
import { Desk, type Place } from "./desk.ts";

/** What one attack came to in one app. */
export interface Cell extends Finding {
  readonly attack: Attack;
  readonly column: Column;
  /** why, as Sallyport recorded it; empty where it does not guard, or refused nothing */
  readonly refusals: readonly string[];
  /** what the framework threw on the way; for whoever wants to know why a cell is as it is */
  readonly errors: readonly string[];
}

/** Plays every attack against every app, some at once; cells come in the order of the attacks, then of the columns. */
export async function playAll(
  attacks: readonly Attack[],
  columns: readonly Column[],
  options: { readonly atOnce: number; readonly onCell: (cell: Cell) => void },
): Promise<readonly Cell[]> {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-attacks-"));
  const world = await startWorld();
  try {
    const pairs = attacks.flatMap((attack) => columns.map((column) => ({ attack, column })));
    const cells: Cell[] = [];
    const waiting = [...pairs.entries()];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [at, { attack, column }] = next;
        const cell = await play(attack, column, {
          folder: join(folder, String(at)),
          world: `${world.url}/${at}`,
          cache: join(folder, "cache"),
        });
        cells[at] = cell;
        options.onCell(cell);
      }
    };
    await Promise.all(Array.from({ length: options.atOnce }, work));
    return cells;
  } finally {
    world.child.kill();
    rmSync(folder, { recursive: true });
  }
}

async function play(attack: Attack, column: Column, place: Place): Promise<Cell> {
  const desk = new Desk(column, place);
  const finding = await attack.play(desk);
  return { attack, column, ...finding, refusals: await desk.refusals(), errors: desk.errors };
}

async function startWorld(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = fork(join(import.meta.dirname, "world.ts"), { execArgv: ["--no-warnings"] });
  const [address]: unknown[] = await once(child, "message");
  const { port }: { port?: unknown } = typeof address === "object" && address !== null ? address : {};
  return { child, url: `http://127.0.0.1:${String(port)}` };
}
