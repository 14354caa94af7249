import { isBaseMessage, ToolMessage } from "@langchain/core/messages";
import { rebuilt, type Inspect, type Unpacked } from "./unpacked.ts";

/** LangGraph's Command, told by its mark: LangGraph need not be installed. */
export interface NativeCommand {
  readonly lg_name: "Command";
  readonly graph?: unknown;
  readonly update?: unknown;
  readonly resume?: unknown;
  readonly goto?: unknown;
}

/** Whether a tool returned a command. */
export function isCommand(value: unknown): value is NativeCommand {
  return typeof value === "object" && value !== null && "lg_name" in value && value.lg_name === "Command";
}

/** A command's content is what its first tool message says; all else that it writes or hands on is inspected beside. */
export async function unpackCommand(command: NativeCommand, history: readonly unknown[], inspect: Inspect): Promise<Unpacked> {
  const pairs = pairsOf(command.update);
  const answer = pairs.flatMap(messagesIn).find((message) => ToolMessage.isInstance(message));
  const writes = await Promise.all(pairs.map(async (pair) => ({ pair, inspected: await inspectWrite(pair, answer, history, inspect) })));
  const rest = { graph: command.graph, resume: await present(command.resume, inspect), goto: await inspectGoto(command.goto, inspect) };
  const repack = (released: unknown): unknown => {
    const update = writes.map(({ pair: [key], inspected }) => [key, withAnswer(inspected, answer, released)]);
    const shape = command.update === undefined ? undefined : Array.isArray(command.update) ? update : Object.fromEntries(update);
    // made anew: the old one keeps what it was made of
    return Reflect.construct(command.constructor, [{ ...rest, update: shape }]);
  };
  return { content: answer?.content ?? null, repack };
}

type Pair = readonly [key: string, value: unknown];

function pairsOf(update: unknown): readonly Pair[] {
  if (typeof update !== "object" || update === null) return [];
  return Array.isArray(update) ? update.map((pair: readonly unknown[]) => [String(pair[0]), pair[1]]) : Object.entries(update);
}

function messagesIn([key, value]: Pair): readonly unknown[] {
  if (key !== "messages") return [];
  return Array.isArray(value) ? value : [value];
}

/** The value that is written, inspected; in its messages the answer still stands as it was. */
async function inspectWrite(pair: Pair, answer: unknown, history: readonly unknown[], inspect: Inspect): Promise<unknown> {
  if (pair[0] !== "messages") return present(pair[1], inspect);
  return Promise.all(
    messagesIn(pair).map(async (message) => {
      if (message === answer || history.includes(message)) return message;
      if (ToolMessage.isInstance(message)) return rebuilt(message, await inspect(message.content));
      if (!isBaseMessage(message)) return inspect(message);
      const fields = { content: await inspect(message.content), id: message.id };
      return Reflect.construct(message.constructor, [fields]);
    }),
  );
}

function withAnswer(inspected: unknown, answer: ToolMessage | undefined, released: unknown): unknown {
  if (!Array.isArray(inspected) || answer === undefined) return inspected;
  return inspected.map((message: unknown) => (message === answer ? rebuilt(answer, released) : message));
}

async function inspectGoto(goto: unknown, inspect: Inspect): Promise<unknown> {
  if (Array.isArray(goto)) return Promise.all(goto.map((target) => inspectGoto(target, inspect)));
  if (typeof goto !== "object" || goto === null) return goto;
  const args = await present(Reflect.get(goto, "args"), inspect);
  return Reflect.construct(goto.constructor, [Reflect.get(goto, "node"), args]);
}

async function present(value: unknown, inspect: Inspect): Promise<unknown> {
  return value === undefined ? undefined : inspect(value);
}
