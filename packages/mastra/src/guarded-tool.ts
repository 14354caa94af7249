import { createTool, isVercelTool } from "@mastra/core/tools";
import { guardedTwice } from "@sallyport/core";
import { isDenial } from "./from-outcome.ts";
import { guardFor, type BatchGuarding } from "./guard.ts";
import { guardedExecute, type Context, type Execute } from "./guarded-call.ts";
import { guardOf, marked, type AnyTool } from "./mark.ts";

/** The tool with the gate before its `execute`; without one there is nothing to guard, and it is handed back. */
export function guardedTool<T extends AnyTool>(name: string, tool: T, guarding: BatchGuarding): T {
  if (guardOf(tool) !== undefined) throw guardedTwice(name);
  const execute: unknown = Reflect.get(tool, "execute");
  if (typeof execute !== "function") return tool;
  const native = isVercelTool(tool) ? mastraTool(name, tool) : tool;
  const guard = guardFor(name, native, guarding);
  const run: Execute = isVercelTool(tool)
    ? (input, context) => Reflect.apply(execute, tool, [input, plainOptions(context)])
    : (input, context) => Reflect.apply(execute, tool, [input, context]);
  const guarded = guardedExecute(run, guard);
  // a copy of the same class that keeps what was attached to it, such as the MCP client's `needsApprovalFn`
  const copy: T = Object.create(Object.getPrototypeOf(native), {
    ...Object.getOwnPropertyDescriptors(native),
    ...Object.getOwnPropertyDescriptors({
      execute: guarded,
      providerOptions: marked(Reflect.get(tool, "providerOptions"), { guard, execute: guarded }),
      ...modelOutput(tool),
    }),
  });
  return copy;
}

/** A tool of the AI SDK as one of Mastra's: only those are told of the run that they belong to. */
function mastraTool(name: string, tool: object): object {
  const { parameters, inputSchema: schema = parameters, needsApproval: requireApproval, id, description, ...rest } = Object(tool);
  const inputSchema: unknown = typeof schema === "function" && !("~standard" in schema) ? schema() : schema;
  return createTool({ ...rest, id: textOr(id, name), description: textOr(description, ""), inputSchema, requireApproval });
}

function textOr(text: unknown, other: string): string {
  return typeof text === "string" ? text : other;
}

/** What the AI SDK hands a tool besides its args. */
function plainOptions(context: Context): object {
  return { ...context?.agent, ...context };
}

/** The tool's own form of its output for the model, which knows nothing of denials. */
function modelOutput(tool: object): object {
  const own: unknown = Reflect.get(tool, "toModelOutput");
  if (typeof own !== "function") return {};
  return {
    toModelOutput: (output: unknown): unknown => (isDenial(output) ? { type: "json", value: output } : Reflect.apply(own, tool, [output])),
  };
}
