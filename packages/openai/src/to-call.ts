import { callId, readJson, toolDefinition, type IdUse, type JsonObject } from "@sallyport/core";
import { describedBy, type NativeFunction, type Runnable } from "./native-tool.ts";
import { readArgs } from "./wire.ts";

/** A call as the model wrote it, in either API. */
export interface WrittenCall {
  /** as the model's provider calls it */
  readonly id: string;
  readonly tool: string;
  /** its args */
  readonly text: string;
}

/** Args as a tool's own parser makes them of the model's text, or why it refuses them. */
type ParsedArgs =
  /** `args`: what is decided on, or the text where it is no strict JSON; `given`: what the tool's function is handed */
  { readonly ok: true; readonly args: unknown; readonly given: unknown } | { readonly ok: false; readonly reason: string };

/** Makes args of the model's text. */
export type Parse = (text: string) => Promise<ParsedArgs>;

/** What makes args for a tool of the model's text, as the client does that before it runs a function. */
export function parserOf(parse: NativeFunction | undefined): Parse {
  if (parse === undefined) return async (text) => ({ ok: true, args: readArgs(text), given: text });
  return async (text) => {
    try {
      const given = await parse(text);
      const strict = readJson(text).ok;
      return { ok: true, args: strict ? given : text, given };
    } catch (error) {
      return { ok: false, reason: error instanceof Error ? error.message : String(error) };
    }
  };
}

/** What a function is handed for args that were decided on: those, or their text where it parses itself. */
export function toGiven({ parse }: Runnable, args: JsonObject): unknown {
  return parse === undefined ? JSON.stringify(args) : args;
}

/** The definition that an approval binds. */
export async function toDefinition(tool: object): Promise<object> {
  const { name, description, parameters } = describedBy(tool);
  return toolDefinition(name, description, () => parameters);
}

/** The calls of function tools in a message of a model, and what its other calls are not. */
export function callsIn(message: unknown): readonly WrittenCall[] {
  return listIn(message, "tool_calls").flatMap((call) => {
    const written = partOf(call, "function");
    return partOf(call, "type") === "function" ? [writtenCall(partOf(call, "id"), written)] : [];
  });
}

/** The calls of function tools among the items of an answer. */
export function callsAmong(items: readonly unknown[]): readonly WrittenCall[] {
  return items.flatMap((item) => (partOf(item, "type") === "function_call" ? [writtenCall(partOf(item, "call_id"), item)] : []));
}

/** The id in its session of the call that a result answers: two calls of one message that share an id are one, with two answers. */
export function answeredCallId(id: string, history: readonly IdUse[]): string {
  const proposed = history.findLastIndex((use) => use.kind === "proposed" && use.id === id);
  return callId(id, proposed < 0 ? history : history.slice(0, proposed));
}

/** The ids in their session of the calls that a history has answers to. */
export function answeredIn(history: readonly IdUse[]): readonly string[] {
  return history.flatMap(({ id, kind }, at) => (kind === "answered" ? [answeredCallId(id, history.slice(0, at))] : []));
}

function writtenCall(id: unknown, holder: unknown): WrittenCall {
  return { id: textOf(id), tool: textOf(partOf(holder, "name")), text: textOf(partOf(holder, "arguments")) };
}

function listIn(value: unknown, key: string): readonly unknown[] {
  const list = partOf(value, key);
  return Array.isArray(list) ? list : [];
}

function partOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
