import { Batch, entryOf } from "./batch.ts";
import type { Guard, NativeContext } from "./guard.ts";
import { usesIn } from "./chat/uses.ts";
import { callsIn } from "./to-call.ts";

/** The batches of runs that are under way: a runner keeps its messages, and calls the functions of the last one side by side. */
export class Batches {
  readonly #guards: ReadonlyMap<string, Guard>;
  readonly #byMessage = new WeakMap<object, Promise<Batch>>();

  /** `guards`: of the tools that are guarded together, by name; may still grow. */
  constructor(guards: ReadonlyMap<string, Guard>) {
    this.#guards = guards;
  }

  /** The batch whose functions a runner is calling; undefined where something else calls one. */
  async of({ runner, toolContext }: NativeContext): Promise<Batch | undefined> {
    const messages = messagesOf(runner);
    const at = messages.findLastIndex((message) => callsIn(message).length > 0);
    const message = messages[at];
    if (typeof message !== "object" || message === null) return undefined;
    const known = this.#byMessage.get(message);
    if (known !== undefined) return known;
    const batch = this.#batchOf(message, messages.slice(0, at), toolContext);
    this.#byMessage.set(message, batch);
    return batch;
  }

  /** Calls of tools that are guarded elsewhere, or not at all, are not this batch's. */
  async #batchOf(message: object, before: readonly unknown[], toolContext: unknown): Promise<Batch> {
    const init = { uses: usesIn(before), handed: { messages: before, toolContext } };
    const entries = await Promise.all(
      callsIn(message).flatMap((call) => {
        const guard = this.#guards.get(call.tool);
        return guard === undefined ? [] : [entryOf(call, guard, init)];
      }),
    );
    // the runner answers the others itself
    return new Batch(entries.flatMap((entry) => (entry.kind === "call" ? [entry.call] : [])));
  }
}

/** The messages that a runner has so far. */
export function messagesOf(runner: unknown): readonly unknown[] {
  const messages: unknown = Reflect.get(Object(runner), "messages");
  return Array.isArray(messages) ? messages : [];
}
