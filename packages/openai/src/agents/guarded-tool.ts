import { guardedTwice } from "@sallyport/core";
import { madeBy } from "./agent-tool.ts";
import { guardedApproval, guardedInvoke } from "./guarded-call.ts";
import { guardFor, type AgentGuarding } from "./guard.ts";
import { guardOf, markTool } from "./mark.ts";
import { type AnyTool } from "./native-agent.ts";

/**
 * A tool of an agent with the gate before it. One of another guarded agent is guarded anew, under the session of this one. A tool
 * that is an agent comes from the guarded agent in it, so that the SDK finds that one again in a stored run.
 */
export function guardedTool(tool: AnyTool, agent: object, guarding: AgentGuarding): AnyTool {
  const before = guardOf(tool);
  if (before !== undefined && before.gate !== guarding.gate) throw guardedTwice(tool.name);
  const origin = before?.origin ?? tool;
  const made = madeBy(origin);
  const copy: AnyTool = made === undefined ? Object.create(Object.getPrototypeOf(origin)) : made.again();
  for (const key of Reflect.ownKeys(origin)) {
    // what is made again has functions of its own, which know each other
    if (made !== undefined && (key === "invoke" || key === "needsApproval" || key === "on")) continue;
    Object.defineProperty(copy, key, Object.getOwnPropertyDescriptor(origin, key) ?? {});
  }
  const guard = guardFor(copy, origin, agent, guarding, made?.waiting);
  // as they were, so that copies which the app makes of the tool have them too
  Object.defineProperties(copy, Object.getOwnPropertyDescriptors({ invoke: guardedInvoke(guard), needsApproval: guardedApproval(guard) }));
  markTool(copy, guard);
  return copy;
}
