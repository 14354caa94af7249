import type { RunContext } from "@openai/agents";

/** What the SDK hands to the hooks of a run: what a session is made of. */
export interface Handed {
  /** what your app gave to `run` as `context`; it is not the model's, and whoever resumes may hand it over again */
  readonly context: unknown;
  /** the SDK's own object around it */
  readonly runContext: RunContext;
  /** the agent that acts, which handoffs change */
  readonly agentName: string;
}
