import { callId, type JsonObject } from "@sallyport/core";
import type { Api, Prepared } from "./api.ts";
import type { Bench } from "./bench.ts";
import { forgetAnswered, heldAnswer, holdAnswer, letGo, type Hold } from "./hold.ts";
import { judgeCalls, type Judgement } from "./judge.ts";
import { denied, waits } from "./refusal.ts";
import { answeredIn } from "./to-call.ts";

/** One request and what its answer is judged with. */
export interface Exchange {
  readonly api: Api;
  readonly bench: Bench;
  readonly prepared: Prepared;
  readonly hold: Hold;
  readonly streams: boolean;
  /** the answers that are being settled, by their session and request */
  readonly turns: Map<string, Promise<unknown>>;
}

/**
 * Judges the calls of an answer, whose texts were released before; holds it while anything of it may have to go on. Of answers
 * to the same request that come at once, the later ones go on from what the first one holds.
 */
export async function settle(released: JsonObject, exchange: Exchange): Promise<JsonObject> {
  const { bench, hold, turns } = exchange;
  const key = JSON.stringify([bench.session.id, hold.key]);
  const before = turns.get(key) ?? Promise.resolve();
  const own = before.then(
    () => settleNow(released, exchange),
    () => settleNow(released, exchange),
  );
  turns.set(key, own);
  try {
    return await own;
  } finally {
    if (turns.get(key) === own) turns.delete(key);
  }
}

async function settleNow(released: JsonObject, exchange: Exchange): Promise<JsonObject> {
  const { api, bench, prepared, hold } = exchange;
  const calls = api.calls(released);
  if (calls.length === 0) {
    await forget(exchange);
    return released;
  }
  const earlier = await heldBeside(released, exchange);
  if (earlier !== undefined) return settleNow(earlier, exchange);
  const { judgements, pending, held, resumes } = await judgeCalls(calls, prepared, bench);
  if (resumes) {
    const callIds = calls.map(({ id }) => callId(id, prepared.uses));
    await holdAnswer(hold, { answer: released, policy: bench.gate.policy().digest }, callIds);
  }
  const [first, ...others] = pending;
  if (held && first !== undefined) throw waits([first, ...others]);
  if (!judgements.some(isOpen)) {
    await letGo(hold);
    await forget(exchange);
  }
  return api.settle(released, judgements, bench, prepared);
}

/** The answer that the same request got at the same time, and that is held: people are asked about its calls. */
async function heldBeside(released: JsonObject, { hold, streams }: Exchange): Promise<JsonObject | undefined> {
  const held = (await heldAnswer(hold))?.answer;
  if (held === undefined || JSON.stringify(held) === JSON.stringify(released)) return undefined;
  // what a stream has shown is not taken back
  if (streams) throw denied("asked_twice", "the same request was answered at the same time: ask again to go on from that answer");
  return held;
}

/** Lets go of the answers whose calls the request has answered. */
export async function forget({ bench, prepared }: Exchange): Promise<void> {
  await forgetAnswered(bench.session, answeredIn(prepared.uses));
}

function isOpen({ kind }: Judgement): boolean {
  return kind === "call";
}
