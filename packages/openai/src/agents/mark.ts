import { SallyportError, type Gate } from "@sallyport/core";
import type { FunctionTool, RunContext } from "@openai/agents";
import type { Guard } from "./guard.ts";

/** Details of one call, as the SDK hands them to a tool. */
export type Details = NonNullable<Parameters<FunctionTool["invoke"]>[2]>;

/** A function tool, whatever its types. */
export interface AnyTool {
  readonly type: "function";
  readonly name: string;
  readonly description?: unknown;
  /** JSON Schema */
  readonly parameters?: unknown;
  readonly invoke: (runContext: RunContext, input: string, details?: Details) => Promise<unknown>;
  readonly needsApproval: (runContext: RunContext, input: unknown, callId?: string) => Promise<boolean>;
}

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

/** Whether a tool is one that the SDK calls here with args; others run at the provider, or drive a computer or a shell. */
export function isFunctionTool(tool: unknown): tool is AnyTool {
  return (
    typeof tool === "object" &&
    tool !== null &&
    Reflect.get(tool, "type") === "function" &&
    typeof Reflect.get(tool, "name") === "string" &&
    typeof Reflect.get(tool, "invoke") === "function" &&
    typeof Reflect.get(tool, "needsApproval") === "function"
  );
}

/** A method of an agent, a tool or a handoff; throws a SallyportError `invalid-input` where there is none. */
export function methodOf(owner: object, name: string): (...args: readonly unknown[]) => unknown {
  const method: unknown = Reflect.get(owner, name);
  if (typeof method !== "function")
    throw new SallyportError("invalid-input", `an agent without \`${name}\` is none; hand over agents of @openai/agents`);
  return (...args) => Reflect.apply(method, owner, args);
}

/** A list that an agent has; throws as `methodOf`. */
export function listOf(owner: object, name: string): readonly unknown[] {
  const list: unknown = Reflect.get(owner, name);
  if (Array.isArray(list)) return list;
  throw new SallyportError("invalid-input", `an agent without \`${name}\` is none; hand over agents of @openai/agents`);
}

/** Gives an object that is ours members of its own. */
export function define(object: object, members: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(members))
    Object.defineProperty(object, name, { value, configurable: true, writable: true, enumerable: false });
}
