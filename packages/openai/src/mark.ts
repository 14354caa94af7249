import { SallyportError } from "@sallyport/core";
import type { Guard } from "./guard.ts";
import { runnableOf } from "./native-tool.ts";

// what guardTools leaves on a tool, and the shield and the loops find on it: symbols are never sent anywhere
const GUARDED: unique symbol = Symbol.for("sallyport.guarded");

/** Tools that `guardTools` gave. */
export type GuardedTools = readonly object[];

/** Leaves its guard on a tool. */
export function marked<T extends object>(tool: T, guard: Guard): T {
  return Object.defineProperty(tool, GUARDED, { value: guard });
}

/** The guard of a tool; undefined where it is not guarded. */
export function guardOf(tool: object): Guard | undefined {
  const guard: Guard | undefined = Reflect.get(tool, GUARDED);
  return guard;
}

/** The guards of tools by name. Throws a SallyportError `invalid-input` for one that runs here and is not guarded, and for two of one name. */
export function guardsOf(tools: GuardedTools): ReadonlyMap<string, Guard> {
  const guards = new Map<string, Guard>();
  for (const tool of tools) {
    const guard = guardOf(tool);
    if (guard !== undefined) {
      if (guards.has(guard.name)) throw new SallyportError("invalid-input", `\`tools\` holds two tools of the name \`${guard.name}\``);
      guards.set(guard.name, guard);
    } else if (runnableOf(tool) !== undefined)
      throw new SallyportError("invalid-input", "`tools` holds one that is not guarded: hand over what `guardTools` gives");
  }
  return guards;
}
