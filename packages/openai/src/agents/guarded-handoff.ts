import { memberOf } from "@sallyport/core";
import { GUARDED } from "./mark.ts";
import { agentIn, methodOf } from "./native-agent.ts";

/** Guards an agent that a handoff leads to. */
export type GuardTarget = (agent: object) => object;

/** Whether an entry of an agent's handoffs is a handoff, and not just the agent. */
export function isHandoff(entry: object): boolean {
  return typeof Reflect.get(entry, "onInvokeHandoff") === "function";
}

/** The handoff with its target guarded, whichever agent it hands out in the end; the very one while it is as it was guarded. */
export function guardedHandoff(handoff: object, guardTarget: GuardTarget): object {
  const target = guardTarget(agentIn(Reflect.get(handoff, "agent")));
  const mark: unknown = Reflect.get(handoff, GUARDED);
  if (memberOf(mark, "agent") === target && memberOf(mark, "invoke") === Reflect.get(handoff, "onInvokeHandoff")) return handoff;
  const invoke = methodOf(handoff, "onInvokeHandoff", "a handoff");
  const onInvokeHandoff = async (...args: readonly unknown[]): Promise<object> => guardTarget(agentIn(await invoke(...args)));
  const clone = methodOf(handoff, "clone", "a handoff")({ agent: target, onInvokeHandoff });
  const guarded = agentIn(clone);
  Object.defineProperty(guarded, GUARDED, { value: { agent: target, invoke: onInvokeHandoff } });
  return guarded;
}
