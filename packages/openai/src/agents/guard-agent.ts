import { guardedTwice, guardingOf, type Gate, type GuardOptions } from "@sallyport/core";
import { AgentGraph, likeOf } from "./guarded-agent.ts";
import type { Handed } from "./handed.ts";
import { gateOf } from "./mark.ts";
import type { ModelSource } from "./policy-model.ts";

/** An agent of the SDK, whatever its types. */
export interface AnyAgent {
  readonly name: string;
  getAllTools(runContext: never): unknown;
}

/** How an agent is guarded. */
export interface AgentOptions extends GuardOptions<Handed> {
  /** where the models come from that agents name by a text: the Runner would ask them past the gate */
  readonly modelProvider?: ModelSource;
  /** names of tools that may run although they are agents that nobody guarded: those have no tools of their own, or you know them */
  readonly except?: readonly string[];
}

/**
 * Guards an agent, those that it hands off to, and the tools of all of them, those of MCP servers too: nothing of theirs runs
 * that the policy does not allow or a human did not approve, and nothing twice. What comes back is an agent of the same type;
 * the one handed in stays as it was, its clones, its handoffs and its `asTool` are guarded as well. A tool that is an agent
 * must be made of a guarded one, else it is refused: `guardAgent(billing, …).asTool({ … })`.
 *
 * Its model is shown only tools that some call of the session might use, its answers go out as rules on output release them,
 * and all calls of an answer are proposed in its order before any of them runs. Where the model is a text, that holds with
 * `modelProvider` only. What cannot be enforced is reported; under `strict` a SallyportError `not-enforceable` is thrown.
 *
 * @example
 * const desk = guardAgent(new Agent({ name: "desk", tools: [refund] }), gate, {
 *   session: ({ context }) => ({ id: chatOf(context), principal: userOf(context), agent: { id: "desk" } }),
 *   modelProvider: new OpenAIProvider(),
 * });
 * const result = await run(desk, "refund order 7", { context });
 */
export function guardAgent<T extends AnyAgent>(agent: T, gate: Gate, options: AgentOptions): T {
  const opened = guardingOf(gate, options);
  const { onCoverage, modelProvider, except } = options;
  const guarding = { ...opened, gate, onCoverage, except: new Set(except) };
  if (gateOf(agent) !== undefined) throw guardedTwice(agent.name);
  return likeOf(new AgentGraph(guarding, modelProvider).guard(agent), agent);
}
