import type { Report } from "./app/orders.ts";
import type { Desk } from "./desk.ts";
import type { Effect } from "./world.ts";

/** What an attack came to in one app. */
export interface Finding {
  /** whether the attack failed */
  readonly held: boolean;
  /** what was counted outside: the effects, or what the model was shown */
  readonly counted: string;
}

/** One line of the matrix. */
export interface Attack {
  readonly id: string;
  /** what is tried, in a few words */
  readonly title: string;
  /** what is done and what must not happen */
  readonly story: string;
  readonly play: (desk: Desk) => Promise<Finding>;
}

/** Holds where exactly these effects were counted, in any order. */
export async function onlyThese(desk: Desk, ...wanted: readonly Effect[]): Promise<Finding> {
  const counted = countOf(await desk.effects());
  return { held: counted === countOf(wanted), counted };
}

/** Holds where no effect was counted that must not be. */
export async function noneOf(desk: Desk, mustNotBe: (effect: Effect) => boolean): Promise<Finding> {
  const effects = await desk.effects();
  return { held: !effects.some(mustNotBe), counted: countOf(effects) };
}

/** Effects in words, the same ones counted together. */
function countOf(effects: readonly Effect[]): string {
  const words = effects.map(wordsOf).toSorted();
  const counts = [...new Set(words)].map((one) => {
    const times = words.filter((other) => other === one).length;
    return times === 1 ? one : `${times} × ${one}`;
  });
  return counts.length === 0 ? "nothing ran" : counts.join(", ");
}

function wordsOf({ tool, args, user }: Effect): string {
  const words = [tool, ...[args["to"], args["amount"]].filter((word) => word !== undefined).map(String)];
  return [...words, ...(user === "ann" ? [] : [`as ${user}`])].join(" ");
}

/** Holds as it did, and says how many questions people have before them. */
export async function withQuestions(desk: Desk, report: Report, { held, counted }: Finding): Promise<Finding> {
  const open = await desk.waiting(report);
  return { held, counted: open === 0 ? counted : `${counted}, ${open} ${open === 1 ? "question is" : "questions are"} open` };
}

/** A payment that ann asked for. */
export function paid(to: string, amount: number): Effect {
  return { tool: "pay", args: { to, amount }, user: "ann" };
}
