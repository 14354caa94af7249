import type { ModelRequest } from "@openai/agents";
import { prepareFunctionToolInput, type FunctionToolPreparedInput } from "@openai/agents-core/utils/internal";
import { readJson, toolDefinition, type Call, type IdUse } from "@sallyport/core";
import type { AnyTool } from "./mark.ts";

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

/** The definition that an approval binds. */
export async function toDefinition({ name, description, parameters }: AnyTool): Promise<object> {
  return toolDefinition(name, description, () => parameters);
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
