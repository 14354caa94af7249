import type { Approvals, Guarding, JsonObject, RunControl } from "@sallyport/core";
import { describedBy, type Runnable } from "./native-tool.ts";
import type { Said } from "./said.ts";
import { parserOf, toDefinition, toGiven, type Parse } from "./to-call.ts";
import { readArgs } from "./wire.ts";

/** What a call is told apart by, for the `session` option of `guardTools`. */
export interface ToolHanded {
  readonly toolName: string;
  /** as the model's provider calls it; undefined where code runs the function by itself */
  readonly callId: string | undefined;
  /** the conversation so far: messages of a chat, or items of the Responses API */
  readonly messages: readonly unknown[];
  /** what the app handed to `runTools` or to `callTools` under this name */
  readonly toolContext: unknown;
}

/** What a guarded function is handed beside what the client hands it, as its fourth parameter. */
export interface ToolControl extends RunControl {
  /** as the model's provider calls it; undefined where code runs the function by itself */
  readonly callId: string | undefined;
}

/** What the client hands a function beside the args. */
export interface NativeContext {
  readonly runner: unknown;
  readonly toolContext: unknown;
}

/** The guard of one tool: what is asked about its calls, wherever they turn up, and what runs them. */
export interface Guard extends Guarding<ToolHanded> {
  readonly name: string;
  readonly approvals: Pick<Approvals, "get">;
  readonly said: Said;
  readonly definition: () => Promise<object>;
  readonly parse: Parse;
  /** the args in what its function is handed */
  readonly read: (given: unknown) => unknown;
  /** the tool's own function, past the gate */
  readonly run: (args: JsonObject, native: NativeContext, control: ToolControl) => unknown;
}

/** What all tools that are guarded together share. */
export interface SharedGuarding extends Guarding<ToolHanded> {
  readonly approvals: Pick<Approvals, "get">;
  readonly said: Said;
}

/** The guard of a tool. */
export function guardFor(tool: object, runnable: Runnable, guarding: SharedGuarding): Guard {
  let definition: Promise<object> | undefined;
  return {
    ...guarding,
    name: describedBy(tool).name,
    definition: async () => (definition ??= toDefinition(tool)),
    parse: parserOf(runnable.parse),
    read: (given) => (runnable.parse === undefined && typeof given === "string" ? readArgs(given) : given),
    run: async (args, { runner, toolContext }, control) => runnable.run(toGiven(runnable, args), runner, toolContext, control),
  };
}

/** The guard of a tool that there is not: its calls are decided and recorded like any other's, and run nothing. */
export function guardOfNone(name: string, guarding: SharedGuarding): Guard {
  const { open, onFault, approvals, said } = guarding;
  return {
    open,
    onFault,
    approvals,
    said,
    name,
    definition: async () => ({ name }),
    parse: parserOf(undefined),
    read: (given) => given,
    run: () => {
      throw new Error(`there is no tool \`${name}\`; call one of those that you were offered`);
    },
  };
}
