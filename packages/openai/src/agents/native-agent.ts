import type { FunctionTool, RunContext } from "@openai/agents";
import { SallyportError } from "@sallyport/core";

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

/** A method of an agent, a tool or a handoff (`noun`); throws a SallyportError `invalid-input` where there is none. */
export function methodOf(owner: object, name: string, noun = "an agent"): (...args: readonly unknown[]) => unknown {
  const method: unknown = Reflect.get(owner, name);
  if (typeof method !== "function")
    throw new SallyportError("invalid-input", `${noun} without \`${name}\` is none; hand over what @openai/agents makes`);
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

/** An agent that the SDK or the app hands out; throws a SallyportError `invalid-input` where it is none. */
export function agentIn(value: unknown): object {
  if (typeof value === "object" && value !== null) return value;
  throw new SallyportError("invalid-input", "this is no agent; hand over agents of @openai/agents");
}
