import { asSchema, type FlexibleSchema } from "ai";
import { callId, toolDefinition, type Call, type IdUse } from "@sallyport/core";

/** Messages, in the shape that the SDK's and the providers' have in common. */
export type History = readonly { readonly role: string; readonly content: string | readonly HistoryPart[] }[];

interface HistoryPart {
  readonly type: string;
  readonly toolCallId?: string;
  readonly approvalId?: string;
}

/** A call as the SDK hands it to `toolApproval`, to tools and to model middleware. */
export interface NativeCall {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
  /** what was sent to the model before it proposed the call; on resume also the message that proposed it */
  readonly messages: History;
}

/** Translates the SDK's call; the gate copies and checks the input, here it is only handed on. */
export function toCall(native: NativeCall, definition: unknown): Call {
  const { toolCallId, toolName, input, messages } = native;
  return { id: callId(toolCallId, idUses(messages)), tool: toolName, args: input, definition };
}

/** What the messages say of call ids. */
export function* idUses(messages: History): Generator<IdUse> {
  for (const { role, content } of messages) {
    for (const { type, toolCallId: id } of partsOf(content)) {
      if (id === undefined) continue;
      if (type === "tool-call" && role === "assistant") yield { id, kind: "proposed" };
      if (type === "tool-result") yield { id, kind: "answered" };
    }
  }
}

/**
 * Whether the SDK is about to run this call because its last message answers a request for it, as its
 * `collectToolApprovals` finds them: nobody but whoever sent the messages says that it was ever proposed.
 */
export function isResumed(toolCallId: string, messages: History): boolean {
  const last = messages.at(-1);
  if (last?.role !== "tool") return false;
  const parts = partsOf(last.content);
  if (parts.some((part) => part.type === "tool-result" && part.toolCallId === toolCallId)) return false;
  const answered = new Set(parts.flatMap((part) => (part.type === "tool-approval-response" ? [part.approvalId] : [])));
  const requests = messages.flatMap(({ content }) => partsOf(content)).filter(({ type }) => type === "tool-approval-request");
  return requests.some((part) => part.toolCallId === toolCallId && answered.has(part.approvalId));
}

function partsOf(content: History[number]["content"]): readonly HistoryPart[] {
  return typeof content === "string" ? [] : content;
}

/** What of a tool is told to the model. */
export interface DescribedTool {
  readonly description?: unknown;
  readonly inputSchema?: FlexibleSchema<unknown>;
}

/** The definition that an approval binds. */
export async function toDefinition(name: string, { description, inputSchema }: DescribedTool): Promise<object> {
  return toolDefinition(name, description, () => (inputSchema === undefined ? undefined : asSchema(inputSchema).jsonSchema));
}

/** What a tool's schema makes of args; undefined where it refuses them. A schema that cannot say takes what it gets. */
export async function parseArgs({ inputSchema }: DescribedTool, args: unknown): Promise<{ readonly parsed: unknown } | undefined> {
  const result = inputSchema === undefined ? undefined : await asSchema(inputSchema).validate?.(args);
  if (result === undefined) return { parsed: args };
  return result.success ? { parsed: result.value } : undefined;
}
