import type { ToolMessage } from "@langchain/core/messages";
import { guardingOf, type Gate, type GuardOptions, type Identity } from "@sallyport/core";
import { settleBatch } from "./batch.ts";
import { handedOf, type Handed } from "./handed.ts";
import type { KnownTools } from "./known-tools.ts";
import { freshAnswer, interruptOf, isPause } from "./pause.ts";
import { messagesOf } from "./to-call.ts";

/** How the calls of one message are proposed and asked for together. */
export interface BatchOptions extends GuardOptions<Handed> {
  /**
   * Who resumes the run, as your app authenticated them, from what it handed over with `Command({ resume })`, never from the
   * resume value: the yes, edit or no in that then counts as their verdict. Hand somebody over only with the request that
   * carries their answer. Left out: an answer only wakes the agent, and verdicts come in through `gate.approvals.resolve`.
   */
  readonly approver?: (handed: Handed) => Identity | undefined | PromiseLike<Identity | undefined>;
}

/** Settles the open calls of a state; resolves to messages for those that do not run this time. */
export type SettleState = (state: unknown, config: object) => Promise<readonly ToolMessage[]>;

/** Makes the hook that settles a batch before its tools run. */
export function batchHook(gate: Gate, options: BatchOptions, tools: KnownTools): SettleState {
  const { open, onFault } = guardingOf(gate, options);
  return async (state, config) => {
    const interrupt = interruptOf(config);
    if (interrupt === undefined) return [];
    try {
      const handed = handedOf();
      const { approver } = options;
      return await settleBatch(messagesOf(state), {
        session: await open(handed),
        approvals: gate.approvals,
        tools,
        interrupt,
        answering: approver && { approver: async () => approver(handed), fresh: freshAnswer(config) },
        onFault,
      });
    } catch (error) {
      if (isPause(error)) throw error;
      // nothing is let through by that: every guarded tool asks the gate itself, and denies where that fails as well
      onFault(error);
      return [];
    }
  };
}
