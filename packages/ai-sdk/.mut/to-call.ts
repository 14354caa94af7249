import { asSchema, type FlexibleSchema } from "ai";
import type { Call } from "@sallyport/core";

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
  return { id: callId(toolCallId, messages), tool: toolName, args: input, definition };
}

/**
 * The id of a call in its session: the SDK's id, and from its second use on the number of times that it was used and
 * answered before. So providers that start again at `call_0` in each turn get new ids, while a call that is resumed or
 * replayed (it has no answer there) keeps the one it was proposed under.
 */
export function callId(toolCallId: string, messages: History): string {
  const answered = answeredUses(toolCallId, messages);
  return answered === 0 ? toolCallId : `${toolCallId}#${answered}`;
}

/** How often the id was proposed and then answered; two calls of one message that share an id are one use. */
function answeredUses(toolCallId: string, messages: History): number {
  let answered = 0;
  let open = false;
  for (const { role, content } of messages) {
    for (const part of partsOf(content)) {
      if (part.toolCallId !== toolCallId) continue;
      if (part.type === "tool-call" && role === "assistant") open = true;
      if (part.type === "tool-result" && open) {
        open = false;
        answered += 1;
      }
    }
  }
  return answered;
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

/**
 * The definition that an approval binds: name, description and input schema as JSON. A description that is a function
 * depends on the request, and some schemas have no JSON form; both are left out.
 */
export async function toDefinition(name: string, { description, inputSchema }: DescribedTool): Promise<object> {
  return {
    name,
    ...(typeof description === "string" ? { description } : {}),
    ...(await jsonSchemaOf(inputSchema)),
  };
}

async function jsonSchemaOf(schema: FlexibleSchema<unknown> | undefined): Promise<object> {
  if (schema === undefined) return {};
  try {
    const inputSchema: unknown = JSON.parse(JSON.stringify(await asSchema(schema).jsonSchema));
    return { inputSchema };
  } catch {
    // the call is decided on its args all the same; the approval then binds name and description
    return {};
  }
}
