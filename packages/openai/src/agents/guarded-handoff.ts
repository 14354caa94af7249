import { SallyportError } from "@sallyport/core";
import { GUARDED, methodOf } from "./mark.ts";

/** Guards an agent that a handoff leads to. */
export type GuardTarget = (agent: object) => object;

/** Whether an entry of an agent's handoffs is a handoff, and not just the agent. */
export function isHandoff(entry: object): boolean {
  return typeof Reflect.get(entry, "onInvokeHandoff") === "function";
}

/** The handoff with its target guarded, whichever agent it hands out in the end. */
export function guardedHandoff(handoff: object, guardTarget: GuardTarget): object {
  const target = guardTarget(agentIn(Reflect.get(handoff, "agent")));
  if (Object.hasOwn(handoff, GUARDED)) return handoff;
  const invoke = methodOf(handoff, "onInvokeHandoff");
  const onInvokeHandoff = async (...args: readonly unknown[]): Promise<object> => guardTarget(agentIn(await invoke(...args)));
  const clone = methodOf(handoff, "clone")({ agent: target, onInvokeHandoff });
  const guarded = agentIn(clone);
  Object.defineProperty(guarded, GUARDED, { value: true });
  return guarded;
}

function agentIn(value: unknown): object {
  if (typeof value === "object" && value !== null) return value;
  throw new SallyportError("invalid-input", "a handoff without an agent leads nowhere; hand over handoffs of @openai/agents");
}
