import type { Gate } from "@sallyport/core";
import type { Guard } from "./guard.ts";

/** What is left on everything that is guarded. */
export const GUARDED: unique symbol = Symbol.for("sallyport.guarded");

interface ToolMark {
  readonly guard: Guard;
  readonly invoke: unknown;
}

/** Puts a guard on a tool that is ours. */
export function markTool(tool: object, guard: Guard): void {
  const value: ToolMark = { guard, invoke: Reflect.get(tool, "invoke") };
  Object.defineProperty(tool, GUARDED, { value, enumerable: true });
}

/** The guard of a tool that is guarded as it is, and no copy of one that runs something else. */
export function guardOf(tool: object): Guard | undefined {
  const mark: unknown = Reflect.get(tool, GUARDED);
  return isToolMark(mark) && mark.invoke === Reflect.get(tool, "invoke") ? mark.guard : undefined;
}

function isToolMark(mark: unknown): mark is ToolMark {
  return typeof mark === "object" && mark !== null && "guard" in mark && "invoke" in mark;
}

/** Marks an agent as guarded with a gate. */
export function markAgent(agent: object, gate: Gate): void {
  Object.defineProperty(agent, GUARDED, { value: gate });
}

/** The gate that an agent is guarded with; undefined: none. */
export function gateOf(agent: object): unknown {
  return Reflect.get(agent, GUARDED);
}
