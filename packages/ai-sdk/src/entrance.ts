import type { ToolSet } from "ai";
import { checkFit, guardingOf, type Gate, type GuardOptions, type OnFault } from "@sallyport/core";
import type { Entered } from "./guarded-call.ts";
import type { Handed } from "./handed.ts";
import type { AnyTool } from "./mark.ts";
import { parseArgs, toCall, toDefinition, type NativeCall } from "./to-call.ts";

/** Where the calls of one record of tools come in. */
export interface Entrance {
  /** Finds session and call; `unguarded` is the app's own tool of that name, where none of the record has it. */
  readonly enter: (native: NativeCall & Handed, unguarded?: AnyTool) => Promise<Entered>;
  /** gets what kept a call from the gate */
  readonly onFault: OnFault;
}

/** The entrance of a record of tools; throws like `guardTools` where the options name no session. */
export function entranceOf(gate: Gate, tools: ToolSet, options: GuardOptions<Handed>): Entrance {
  const { open, onFault } = guardingOf(gate, options);
  const definitions = new Map<string, Promise<object>>();
  const definitionOf = (name: string, unguarded: AnyTool | undefined): Promise<object> => {
    const tool = ownTool(tools, name);
    // one that is not ours may be another one in the next request
    if (tool === undefined) return toDefinition(name, unguarded ?? {});
    const definition = definitions.get(name) ?? toDefinition(name, tool);
    definitions.set(name, definition);
    return definition;
  };
  const enter: Entrance["enter"] = async (native, unguarded) => {
    const { toolName, input } = native;
    const tool = ownTool(tools, toolName) ?? {};
    return {
      session: await open(native),
      call: toCall(native, await definitionOf(toolName, unguarded)),
      check: (args) => checkFit(toolName, args, (decided) => parseArgs(tool, decided), input),
    };
  };
  return { enter, onFault };
}

/** The tool of a name that a record has itself: names come from the model. */
export function ownTool(tools: ToolSet, name: string): AnyTool | undefined {
  return Object.hasOwn(tools, name) ? tools[name] : undefined;
}
