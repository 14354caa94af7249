import { guardedTwice, refusalText } from "@sallyport/core";
import { Batch } from "./batch.ts";
import { messagesOf, type Batches } from "./batches.ts";
import { guardFor, type Guard, type NativeContext, type SharedGuarding } from "./guard.ts";
import { GuardedCall } from "./guarded-call.ts";
import { guardOf, marked } from "./mark.ts";
import { runnableOf, type NativeFunction } from "./native-tool.ts";

/** The tool with the gate before its function; without one there is nothing to guard, and it is handed back. */
export function guardedTool<T extends object>(tool: T, guarding: SharedGuarding, batches: Batches): T {
  const runnable = runnableOf(tool);
  if (runnable === undefined) return tool;
  const guard = guardFor(tool, runnable, guarding);
  if (guardOf(tool) !== undefined) throw guardedTwice(guard.name);
  return marked(runnable.replaced(tool, guardedFunction(guard, batches)), guard);
}

/** A function in the place of a tool's own, for `runTools`, which hands it its runner and no id of the call. */
function guardedFunction(guard: Guard, batches: Batches): NativeFunction {
  return async (given, runner, toolContext) => {
    const native = { runner, toolContext };
    const taken = await takeCall(guard, given, native, batches);
    return typeof taken === "string" ? taken : taken.batch.run(taken.call, native, signalOf(runner));
  };
}

interface Taken {
  readonly batch: Batch;
  readonly call: GuardedCall;
}

/** The call that a function is called for, or what the model reads where nobody can say which it is. */
async function takeCall(guard: Guard, given: unknown, native: NativeContext, batches: Batches): Promise<Taken | string> {
  try {
    const batch = await batches.of(native);
    const call = batch?.take(guard, given);
    if (batch !== undefined && call !== undefined) return { batch, call };
    const lone = loneCall(guard, given, native);
    return { batch: new Batch([lone]), call: lone };
  } catch (error) {
    return refusalText(error, guard.onFault);
  }
}

/** A call that code makes by itself has no id, so no two of them are the same. */
function loneCall(guard: Guard, given: unknown, { runner, toolContext }: NativeContext): GuardedCall {
  const call = { id: crypto.randomUUID(), tool: guard.name, args: guard.read(given) };
  return new GuardedCall({
    guard,
    call,
    given,
    handed: { toolName: guard.name, callId: undefined, messages: messagesOf(runner), toolContext },
  });
}

function signalOf(runner: unknown): AbortSignal | undefined {
  const signal: unknown = Reflect.get(Object(Reflect.get(Object(runner), "controller")), "signal");
  return signal instanceof AbortSignal ? signal : undefined;
}
