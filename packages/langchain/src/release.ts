import { AIMessage } from "@langchain/core/messages";
import { memberOf, releaseAnswer, SallyportError, type AnswerParts, type Said, type Session } from "@sallyport/core";

/** Releases texts. */
type Speaker = Pick<Session, "respond">;

/**
 * Leaves in an answer only what may be shown of its texts. The messages are changed and not made anew: LangChain hands on the
 * very ones that the model gave, also past the middleware that got them.
 */
export async function release(answer: unknown, session: Speaker): Promise<void> {
  for (const message of messagesIn(answer)) if (AIMessage.isInstance(message)) await releaseMessage(message, session);
  const structured = memberOf(answer, "structuredResponse");
  if (structured === undefined) return;
  const words = JSON.stringify(structured);
  if ((await session.respond(words)) !== words)
    throw new SallyportError("denied", "the structured response holds what rules on output keep back; it is not handed out");
}

/** The messages of an answer: itself, those beside a structured response, or those of a command. */
function messagesIn(answer: unknown): readonly unknown[] {
  if (AIMessage.isInstance(answer)) return [answer];
  const messages = memberOf(answer, "messages") ?? memberOf(memberOf(answer, "update"), "messages");
  return Array.isArray(messages) ? messages : [];
}

async function releaseMessage(message: AIMessage, session: Speaker): Promise<void> {
  const thoughts = Object.entries(message.additional_kwargs).filter(([key]) => key.startsWith("reasoning"));
  const before = [...thoughts.map(thought), ...partsOf(message.content)];
  const shown = await releaseAnswer(session, before, PARTS);
  if (shown.length === before.length && shown.every((part, at) => part === before[at])) return;
  const content = shown.filter(({ key }) => key === undefined).map(({ block }) => block);
  const [first] = content;
  const entries = Object.entries(message.additional_kwargs).filter(([key]) => key.startsWith("__"));
  const released = shown.flatMap(({ key, block }) => (key === undefined ? [] : [[key, block] as const]));
  write(message, {
    content: typeof message.content === "string" ? (first ?? "") : content,
    additional_kwargs: Object.fromEntries([...entries, ...released]),
    // what providers put there may repeat the answer; what is no object is a name or a count
    response_metadata: Object.fromEntries(Object.entries(message.response_metadata).filter(([, value]) => typeof value !== "object")),
  });
}

/** A part of a message: a block of its content, or reasoning that a provider puts beside it, under its key. */
interface MessagePart {
  readonly block: unknown;
  readonly key?: string;
}

function thought([key, block]: readonly [string, unknown]): MessagePart {
  return { key, block };
}

function partsOf(content: AIMessage["content"]): readonly MessagePart[] {
  return typeof content === "string" ? [{ block: content }] : content.map((block) => ({ block }));
}

const PARTS: AnswerParts<MessagePart> = { read: readPart, rewrite };

function readPart({ block, key }: MessagePart): Said {
  if (key !== undefined) return { kind: "reasoning", text: typeof block === "string" ? block : JSON.stringify(block) };
  if (typeof block === "string") return { kind: "text", text: block };
  const type = memberOf(block, "type");
  const text = memberOf(block, type === "text" ? "text" : type === "thinking" ? "thinking" : "reasoning");
  if (typeof text === "string") return { kind: type === "text" ? "text" : "reasoning", text };
  return { kind: "other" };
}

/** The part with other words: without the signature, the citations and whatever else goes with the old ones. */
function rewrite({ block, key }: MessagePart, text: string): MessagePart {
  if (key !== undefined) return { key, block: text };
  if (typeof block === "string") return { block: text };
  const type = memberOf(block, "type");
  return { block: type === "thinking" ? { type, thinking: text } : type === "text" ? { type, text } : { type, reasoning: text } };
}

/** LangChain keeps what a message was made of beside what it is, and stores either. */
function write(message: AIMessage, fields: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(fields)) {
    Reflect.set(message, key, value);
    Reflect.set(message.lc_kwargs, key, value);
  }
}
