import { RunContext, RunState } from "@openai/agents-core";
import { carryHints } from "./native-yes.ts";

/** Any agent of the SDK, as it takes it. */
type SomeAgent = Parameters<typeof RunState.fromStringWithContext>[0];

/**
 * Loads the state of a run that was stored as a text. `context` is what your app would hand to `run` now: the one in the text
 * is whatever the last editor of the text wrote, and a session that is made of it belongs to whom that names. A native yes that
 * no verdict agrees with leaves the run waiting. Rejects as `RunState.fromStringWithContext`.
 *
 * @example
 * const state = await loadState(desk, stored, chat);
 * if ((await applyVerdicts(gate, state)).length === 0) await run(desk, state);
 */
export async function loadState<Context, T extends SomeAgent>(agent: T, stored: string, context: Context): Promise<RunState<Context, T>> {
  const runContext = new RunContext(context);
  // before: the SDK loads with a copy of it
  carryHints(runContext);
  return RunState.fromStringWithContext(agent, stored, runContext, { contextStrategy: "merge" });
}
