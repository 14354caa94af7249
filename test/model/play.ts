import { type LedgerRecord, type ListableStore, verifyStream } from "@sallyport/core";
import fc from "fast-check";
import { App } from "./app.ts";
import { Batch, type Known } from "./batch.ts";
import { plan } from "./plan.ts";
import { Timers } from "./timers.ts";
import { emptyWorld, viewOf } from "./world.ts";

/** Opens an empty store, perhaps several times. */
export type OpenStore = (clock: () => number) => {
  readonly stores: readonly [ListableStore, ...ListableStore[]];
  readonly close: () => Promise<void>;
};

const START = Date.parse("2026-11-22T10:00:00Z");

/** Plays random moments of an app and compares each with the model. Rejects with the shortest ones that differ. */
export async function play(open: OpenStore, parameters: { readonly numRuns: number; readonly seed: number }): Promise<void> {
  const commands = fc.commands([plan.map((operations) => new Batch(operations))], { maxCommands: 40, size: "max" });
  await fc.assert(
    fc.asyncProperty(commands, fc.scheduler(), async (moments, scheduler) => {
      const clock = { now: START };
      const { stores, close } = open(() => clock.now);
      const timers = new Timers();
      try {
        const app = await App.open(stores, clock, timers);
        const known: Known = { worlds: [emptyWorld(START)], scheduler };
        await fc.asyncModelRun(() => ({ model: known, real: app }), moments);
        await checkEnd(known, app);
      } finally {
        timers.end();
        await close();
      }
    }),
    parameters,
  );
}

/** Whatever order it was: all processes see the same, every chain holds, no call was claimed twice and no answer was lost. */
async function checkEnd({ worlds }: Known, app: App): Promise<void> {
  const expected = worlds.map(viewOf);
  for (const view of await app.views())
    if (!expected.includes(view)) throw new Error(`a process sees ${view} and not ${expected.join(" or ")}`);
  const all: LedgerRecord[] = [];
  for (const { stream } of await app.store.streams()) {
    const records = await app.store.read(stream, 0);
    all.push(...records);
    const verified = verifyStream(stream, records);
    if (!verified.ok) throw new Error(`record ${verified.seq} of \`${stream}\`: ${verified.reason}`);
    const twice = claimedTwice(records);
    if (twice !== undefined) throw new Error(`call ${twice} was claimed twice in \`${stream}\``);
  }
  const lost = app.lostIn(all);
  if (lost !== undefined) throw new Error(`the answer ${lost} is not on record`);
}

/** A call that was claimed twice, though its tool is not idempotent. */
function claimedTwice(records: readonly LedgerRecord[]): string | undefined {
  const claims = records.filter(({ type, state }) => type === "call.started" && state["tool"] !== "ping");
  const claimed = claims.map(({ state }) => JSON.stringify(state["call"]));
  return claimed.find((call, at) => claimed.indexOf(call) !== at);
}
