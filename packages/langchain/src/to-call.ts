import { AIMessage, ToolMessage } from "@langchain/core/messages";
import { toJsonSchema, Validator, type JSONSchema } from "@langchain/core/utils/json_schema";
import { interopSafeParseAsync, isInteropZodSchema, type InteropZodType } from "@langchain/core/utils/types";
import { callId, toolDefinition, type Call, type IdUse } from "@sallyport/core";

/** A call as the model wrote it into a message. */
export interface NativeCall {
  readonly id?: string | undefined;
  readonly name: string;
  readonly args: unknown;
}

/** Translates a call whose args the tool's schema has parsed, after the messages that came before its result. */
export function toCall({ id = "", name, args }: NativeCall, history: readonly unknown[], definition: unknown): Call {
  return { id: id === "" ? "" : callId(id, idUses(history)), tool: name, args: toArgs(args), definition };
}

/** Args as an object: tools with one text as their input are called with it alone. */
export function toArgs(parsed: unknown): unknown {
  if (parsed === undefined) return {};
  return typeof parsed === "string" ? { input: parsed } : parsed;
}

/** The input of a tool, in the form that its schema parsed it to. */
export function toInput(args: unknown, parsed: unknown): unknown {
  return typeof parsed === "object" ? args : Reflect.get(Object(args), "input");
}

/** What the messages say of call ids. */
export function* idUses(history: readonly unknown[]): Generator<IdUse> {
  for (const message of history) {
    if (AIMessage.isInstance(message)) {
      for (const { id } of message.tool_calls ?? []) if (id !== undefined) yield { id, kind: "proposed" };
    }
    if (ToolMessage.isInstance(message)) yield { id: message.tool_call_id, kind: "answered" };
  }
}

/** The calls of the model's last message that have no result yet, in the order that the model wrote them in. */
export function openCalls(history: readonly unknown[]): readonly NativeCall[] {
  const at = history.findLastIndex((message) => AIMessage.isInstance(message));
  const proposing = history[at];
  if (!AIMessage.isInstance(proposing)) return [];
  const after = history.slice(at + 1);
  const answered = new Set(after.flatMap((message) => (ToolMessage.isInstance(message) ? [message.tool_call_id] : [])));
  return (proposing.tool_calls ?? []).filter(({ id }) => id === undefined || !answered.has(id));
}

/** The messages of a state, which is a list of them or has one; none where it is neither. */
export function messagesOf(state: unknown): readonly unknown[] {
  const messages: unknown = Array.isArray(state) ? state : Reflect.get(Object(state), "messages");
  return Array.isArray(messages) ? messages : [];
}

/** What of a tool is told to the model. */
export interface DescribedTool {
  readonly name: string;
  readonly description?: unknown;
  /** of zod, or JSON Schema */
  readonly schema?: unknown;
}

/** The definition that an approval binds. */
export async function toDefinition({ name, description, schema }: DescribedTool): Promise<object> {
  return toolDefinition(name, description, () => (isSchema(schema) ? toJsonSchema(schema) : undefined));
}

/** What a tool's schema makes of args; undefined where it refuses them, which the framework then tells the model itself. */
export async function parseInput({ schema }: DescribedTool, args: unknown): Promise<{ readonly parsed: unknown } | undefined> {
  if (isInteropZodSchema(schema)) {
    const result = await interopSafeParseAsync<unknown>(schema, args);
    return result.success ? { parsed: result.data } : undefined;
  }
  return isSchema(schema) && new Validator(schema).validate(args).valid ? { parsed: args } : undefined;
}

/** What a tool's schema makes of args, as an object: of a tool with one text as its input the schema makes that text. */
export async function parseArgs(tool: DescribedTool, args: unknown): Promise<{ readonly parsed: unknown } | undefined> {
  const input = await parseInput(tool, args);
  return input && { parsed: toArgs(input.parsed) };
}

/** Whether a schema is one that LangChain takes. */
export function isSchema(schema: unknown): schema is InteropZodType | JSONSchema {
  return typeof schema === "object" && schema !== null;
}
