import type fc from "fast-check";
import type { App } from "./app.ts";
import { afterLook } from "./approvals.ts";
import { explain } from "./explain.ts";
import type { Operation } from "./operation.ts";
import type { Plan } from "./plan.ts";
import { sessionIn, viewOf, type World } from "./world.ts";

/** The worlds that all that was seen so far allows, and who says what comes first in a race. */
export interface Known {
  worlds: readonly World[];
  readonly scheduler: fc.Scheduler;
}

/** A command: one operation, or some at the same time. */
export class Batch implements fc.AsyncCommand<Known, App> {
  readonly #plan: Plan;
  #operations: readonly Operation[] = [];

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  check({ worlds }: Readonly<Known>): boolean {
    const [world] = worlds;
    if (world === undefined) return false;
    this.#operations = this.#plan(world);
    return this.#operations.length > 1 || this.#operations.every((operation) => matters(world, operation));
  }

  async run(known: Known, app: App): Promise<void> {
    const answers = await app.perform(this.#operations, known.scheduler);
    const done = this.#operations.flatMap((operation, at) => (answers[at] === undefined ? [] : [{ operation, answer: answers[at] }]));
    const worlds = explain(known.worlds, done).map(afterLook);
    if (worlds.length === 0) throw new Error(`no order explains ${text(done)} from ${text(known.worlds)}`);
    const view = await app.view();
    known.worlds = worlds.filter((world) => viewOf(world) === view);
    if (known.worlds.length === 0) throw new Error(`after ${text(done)} there is ${view} and not ${worlds.map(viewOf).join(" or ")}`);
  }

  toString(): string {
    return JSON.stringify(this.#operations);
  }
}

function text(value: unknown): string {
  return JSON.stringify(value, undefined, 1);
}

/** Whether an operation has anything to work on. */
function matters(world: World, operation: Operation): boolean {
  if (operation.do !== "finish" && operation.do !== "verdict") return true;
  const call = sessionIn(world, operation.session).calls[operation.id];
  return operation.do === "finish" ? (call?.held ?? 0) > 0 : call?.approval !== undefined;
}
