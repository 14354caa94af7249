import { ensureConfig, type RunnableConfig } from "@langchain/core/runnables";

/** What the host app handed to the run, and LangChain on to every hook: take the session's facts from here. */
export interface Handed {
  /** of the run's config: `thread_id` and whatever your app puts beside it */
  readonly configurable: Readonly<Record<string, unknown>>;
  /** the run's `context`; it is not stored, so whoever resumes hands it over again */
  readonly context: unknown;
}

/** What a hook was handed; of hooks that get less, the config that LangChain keeps for the run is looked at. */
export function handedOf(config: object = {}): Handed {
  const whole = ensureConfig<RunnableConfig>(config);
  return { configurable: whole.configurable ?? {}, context: Reflect.get(whole, "context") };
}
