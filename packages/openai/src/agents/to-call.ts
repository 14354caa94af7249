import type { ModelRequest } from "@openai/agents";
import { prepareFunctionToolInput, type FunctionToolPreparedInput } from "@openai/agents-core/utils/internal";
import { memberOf, readJson, toolDefinition, type Call, type IdUse } from "@sallyport/core";
import { serverOf } from "./mcp-tools.ts";
import type { AnyTool } from "./native-agent.ts";

/** Translates a call of the model whose args the tool's own schema has parsed. */
export function toCall(id: string, tool: string, args: unknown, definition: unknown): Call {
  return { id, tool, args, definition };
}

/** What the input of a model says of call ids. */
export function* idUses(input: ModelRequest["input"]): Generator<IdUse> {
  if (typeof input === "string") return;
  for (const item of input) {
    if (item.type === "function_call") yield { id: item.callId, kind: "proposed" };
    if (item.type === "function_call_result") yield { id: item.callId, kind: "answered" };
  }
}

/** Which tool of a request a call is for, by the SDK's rule: two namespaces may have tools of one name. */
export function callKey({ name, namespace }: { readonly name: string; readonly namespace?: unknown }): string {
  return JSON.stringify([typeof namespace === "string" ? namespace : "", name]);
}

/** The key of the calls that are for a tool. */
export function toolKey(tool: AnyTool): string {
  const symbol = Object.getOwnPropertySymbols(tool).find(({ description }) => description === NAMESPACE);
  const namespace: unknown = symbol && Reflect.get(tool, symbol);
  // what the SDK loads later is called in a namespace of its own name
  const own = memberOf(tool, "deferLoading") === true ? tool.name : undefined;
  return callKey({ name: tool.name, namespace: namespace ?? own });
}

/** What the SDK calls the place of a tool's namespace. */
const NAMESPACE = "functionToolNamespace";

/** The definition that an approval binds; a tool of an MCP server runs on that server only. */
export async function toDefinition(tool: AnyTool): Promise<object> {
  const { name, description, parameters } = tool;
  const definition = await toolDefinition(name, description, () => parameters);
  const server = serverOf(tool);
  return server === undefined ? definition : { ...definition, server };
}

/** What a tool's own schema makes of what the model wrote. */
export type Parsed =
  | { readonly ok: true; readonly args: unknown; readonly prepared?: FunctionToolPreparedInput }
  | { readonly ok: false; readonly error: unknown };

/**
 * Parses what the model wrote, as the tool would. What is no strict JSON stays the text that it is, and is denied for that. A
 * tool that was not made by the SDK's `tool` gets what the model wrote.
 */
export function parseText(tool: Pick<AnyTool, "invoke" | "needsApproval">, text: string): Parsed {
  const reading = readJson(text);
  if (!reading.ok) return { ok: true, args: text };
  const prepared = prepareFunctionToolInput(tool, text);
  if (prepared === undefined) return { ok: true, args: reading.value };
  const { result } = prepared;
  return result.success ? { ok: true, args: result.value, prepared } : { ok: false, error: result.error };
}
