import type { Decision } from "../policy/decision.ts";
import { SallyportError } from "../error.ts";
import { digestOf } from "../json/sha256.ts";
import type { HostFacts, Pin } from "../session/state.ts";
import type { JsonObject } from "../value.ts";
import { paused, type Outcome, type Run, type RunControl } from "./contract.ts";
import type { Engine } from "./engine.ts";
import { sessionStream } from "../session/stream.ts";
import { endEntry, labelEntry, pauseEntry, redactionEntries, renewalEntry } from "./entries.ts";
import { LEASE } from "./move.ts";
import { redactionsOf } from "./redactions.ts";
import { inspectNow, released, releaseOf, replayed, snapshot, type Ending } from "./result.ts";

/** A call that was started. */
export interface Started {
  readonly engine: Engine;
  readonly pin: Pin;
  readonly host: HostFacts;
  readonly call: string;
  readonly decision: Decision;
}

/** A call that was claimed: durable, ours, and to be run now. */
export interface Claimed extends Started {
  readonly args: JsonObject;
  readonly run: Run;
  /** undefined: nobody can abort it */
  readonly signal: AbortSignal | undefined;
}

/** How long to wait before an outcome is offered to the store once more, in milliseconds. */
const RETRIES = [50, 250, 1_000];

/** Runs a claimed call once, inspects what came of it and records it before anything is released. */
export async function runClaimed(claimed: Claimed): Promise<Outcome> {
  const { args, run, decision } = claimed;
  const renewal = setInterval(() => void renew(claimed), LEASE / 3);
  try {
    const ending = await end(() => run(args, controlOf(claimed)));
    return await (ending.value === paused ? pause(claimed) : recordEnding(claimed, ending));
  } catch (error) {
    return unrecorded(error, decision);
  } finally {
    clearInterval(renewal);
  }
}

/** It ran, and what came of it could not be written: nothing is released, and it is not run again. */
function unrecorded(error: unknown, decision: Decision): Outcome {
  const fault = SallyportError.isInstance(error) ? error.message : "unknown fault";
  return { status: "unknown", decision, reason: `its outcome could not be recorded: ${fault}` };
}

/** What a run is handed beside its args. */
function controlOf(claimed: Claimed): RunControl {
  const { pin, call } = claimed;
  let { signal } = claimed;
  return {
    /** The same for every attempt at a call, and for no other call; few tools ask for it. */
    get idempotencyKey() {
      return digestOf([pin.tenant, pin.session, call]);
    },
    get signal() {
      return (signal ??= new AbortController().signal);
    },
    inspect: (value) => inspectPart(claimed, value),
  };
}

async function end(run: () => unknown): Promise<Ending> {
  try {
    return { error: false, value: await run() };
  } catch (value) {
    return { error: true, value };
  }
}

function pause({ engine, pin, call, decision }: Claimed): Promise<Outcome> {
  return engine.journal.revise<Outcome>(sessionStream(pin.tenant, pin.session), async (state) => ({
    entries: state.calls.get(call)?.status === "started" ? [pauseEntry(call)] : [],
    result: { status: "unknown", decision, reason: "it waits itself, and goes on when it is called again" },
  }));
}

/** Inspects how a call ended and records it, once; what ended before is answered from its record. Rejects with `store-failed`. */
export async function recordEnding(claimed: Started, ending: Ending): Promise<Outcome> {
  for (const wait of RETRIES) {
    try {
      return await recordOnce(claimed, ending);
    } catch (error) {
      if (!SallyportError.isInstance(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  return claimed.engine.hasPolicy() ? recordOnce(claimed, ending) : recordBlind(claimed, ending);
}

/** Records an ending that no policy can inspect: what happened is not lost, and nothing of it is released. */
function recordBlind({ engine, pin, call, decision }: Started, { error }: Ending): Promise<Outcome> {
  const rules = ["error:policy"];
  const inspection = { decision: "deny", rules, content: null, puts: [], shadow: [], errors: [], looked: true, redactions: [] } as const;
  const entry = endEntry(call, error, inspection, { rows: 0, bytes: 0 }, null, { print: null, echo: null }, { state: {}, payload: {} });
  return engine.journal.revise<Outcome>(sessionStream(pin.tenant, pin.session), async (state) => {
    const known = state.calls.get(call);
    if (known?.status === "completed" || known?.status === "failed")
      return { entries: [], result: outcomeOf(known.status === "failed", replayed(known.result), decision) };
    return { entries: [entry], result: outcomeOf(error, released(inspection, { value: null, error }), decision) };
  });
}

function recordOnce({ engine, pin, host, call, decision }: Started, ending: Ending): Promise<Outcome> {
  return engine.work<Outcome>(pin, host, (moment) => {
    const known = moment.state.calls.get(call);
    if (known === undefined) throw new SallyportError("store-failed", `the claim of call \`${call}\` is gone`);
    if (known.status === "completed" || known.status === "failed")
      return { entries: [], result: outcomeOf(known.status === "failed", replayed(known.result), decision) };
    const release = releaseOf(moment, known, ending);
    return { entries: [release.entry], result: outcomeOf(ending.error, release.value, decision) };
  });
}

function outcomeOf(failed: boolean, value: unknown, decision: Decision): Outcome {
  return failed ? { status: "failed", error: value, decision } : { status: "completed", result: value, decision };
}

/** Inspects a yield; its labels, and what its placeholders stand for, are durable before it is released. */
function inspectPart({ engine, pin, host, call }: Claimed, value: unknown): Promise<unknown> {
  return engine.work(pin, host, (moment) => {
    const known = moment.state.calls.get(call);
    if (known === undefined) throw new SallyportError("store-failed", `the claim of call \`${call}\` is gone`);
    const inspection = inspectNow(moment, known, snapshot(value));
    const labels = inspection.puts.length === 0 ? [] : [labelEntry(inspection.puts, { call })];
    const entries = [...labels, ...redactionEntries(redactionsOf(moment.state, inspection.redactions))];
    return { entries, result: released(inspection, { value, error: false }) };
  });
}

async function renew({ engine, pin, call }: Claimed): Promise<void> {
  try {
    await engine.journal.revise(sessionStream(pin.tenant, pin.session), async (state, now) => {
      const running = state.calls.get(call)?.status === "started";
      return { entries: running ? [renewalEntry(call, now + LEASE)] : [], result: undefined };
    });
  } catch {
    // a claim that could not be renewed ends as `unknown`, which nobody runs again; the outcome is still offered
  }
}
