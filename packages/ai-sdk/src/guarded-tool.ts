import { guardedTwice, refusalText, SallyportError } from "@sallyport/core";
import type { Entrance } from "./entrance.ts";
import { guardedExecute, type Entered } from "./guarded-call.ts";
import type { Handed } from "./handed.ts";
import { isMarked, marked, type AnyTool } from "./mark.ts";
import { isResumed, type NativeCall } from "./to-call.ts";
import { statusOf } from "./tool-approval.ts";

/** The tool with the gate before its `execute`; without one there is nothing to guard, and it is handed back. */
export function guardedTool<T extends AnyTool>(toolName: string, tool: T, { enter, onFault }: Entrance): T {
  if (tool.execute === undefined) return tool;
  if (isMarked(tool)) throw guardedTwice(toolName);
  const admit = async (native: NativeCall & Handed): Promise<Entered> => {
    const entered = await enter(native);
    // the SDK asks toolApproval about a resumed call, unless it was left out
    if (isResumed(native.toolCallId, native.messages)) await throwDenied(native, tool, entered);
    return entered;
  };
  const execute = guardedExecute(tool.execute.bind(tool), async (input, { toolCallId, messages, context }) => {
    try {
      return await admit({ toolName, toolCallId, messages, context, input });
    } catch (error) {
      // what the host's code threw is for `onFault`: the SDK keeps errors in its results
      throw new SallyportError("denied", refusalText(error, onFault));
    }
  });
  return { ...tool, ...marked(tool), execute };
}

async function throwDenied(native: NativeCall & Handed, tool: AnyTool, entered: Entered): Promise<void> {
  const status = await statusOf(native, tool, entered);
  if (typeof status === "object" && status.type === "denied") throw new SallyportError("denied", status.reason ?? "denied by policy");
}
