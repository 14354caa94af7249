import { isObject, isSameJson, unfitText, type Json, type JsonObject } from "@sallyport/core";
import type { Judgement, ProposedCall } from "../judge.ts";
import { unreadable } from "../refusal.ts";
import { objectIn, readArgs, textIn, without } from "../wire.ts";

/** A call as a message holds it. `legacy` is `function_call`: it has no id, and a message has one at most. */
export interface NativeCall {
  readonly kind: "function" | "custom" | "legacy";
  readonly id: string;
  readonly name: string;
  /** its arguments or its input, as the model wrote it */
  readonly text: string;
  readonly native: JsonObject;
}

/** The id of a call that has none: its answers name the function. */
export function legacyId(name: string): string {
  return `function_call:${name}`;
}

/** The calls of a message in the model's order. Throws a Refusal for one of a kind that nobody knows. */
export function callsIn(message: JsonObject): readonly NativeCall[] {
  const { tool_calls: list, function_call: legacy } = message;
  if (list !== undefined && list !== null && !Array.isArray(list)) throw unreadable("`tool_calls` of the answer is no list");
  return [...(list ?? []).map(readCall), ...(legacy === undefined || legacy === null ? [] : [readLegacy(legacy)])];
}

function readCall(call: Json): NativeCall {
  if (!isObject(call)) throw unreadable("a call of the answer is no object");
  const kind = kindOf(call);
  const id = textIn(call, "id");
  const { name, text } = wordsOf(call, kind);
  if (id === undefined || id === "" || name === undefined || name === "" || text === undefined)
    throw unreadable("a call of the answer lacks its id, its name or its arguments");
  // beside these two nothing says what is called with what
  return { kind, id, name, text, native: { ...call, type: kind, [kind]: { name, [TEXT[kind]]: text } } };
}

/** Who reads the answer may go by the type or by what is there, so both have to say the same. */
function kindOf(call: JsonObject): "function" | "custom" {
  const type = call["type"] ?? "function";
  const isOne = (call["function"] ?? null) === null || (call["custom"] ?? null) === null;
  if (isOne && (type === "function" || type === "custom")) return type;
  throw unreadable(`a call of the answer is of a type that nobody knows how to judge: \`${JSON.stringify(type)}\``);
}

function wordsOf(
  call: JsonObject,
  kind: "function" | "custom",
): { readonly name?: string | undefined; readonly text?: string | undefined } {
  const said = objectIn(call, kind) ?? {};
  return { name: textIn(said, "name"), text: textIn(said, TEXT[kind]) };
}

const TEXT = { function: "arguments", custom: "input" } as const;

function readLegacy(call: Json): NativeCall {
  const said = isObject(call) ? call : {};
  const name = textIn(said, "name");
  const text = textIn(said, "arguments");
  if (name === undefined || name === "" || text === undefined)
    throw unreadable("`function_call` of the answer lacks its name or its arguments");
  return { kind: "legacy", id: legacyId(name), name, text, native: { name, arguments: text } };
}

/** A call as it is proposed. */
export function proposedOf({ kind, id, name, text }: NativeCall): ProposedCall {
  if (kind === "custom") return { id, tool: name, args: { input: text }, unguardable: true };
  // `guardTools` answers calls of `tool_calls` only
  return { id, tool: name, args: readArgs(text), ...(kind === "legacy" ? { unguardable: true } : {}) };
}

/** A call as it is handed out, with the args that were decided on; a text where its kind has no room for them. */
export function settledCall(call: NativeCall, judgement: Judgement): { readonly native: JsonObject } | { readonly text: string } {
  if (judgement.kind === "text") return { text: judgement.text };
  const { args } = judgement;
  if (args === undefined) return { native: call.native };
  if (call.kind === "custom") return settledCustom(call, args);
  if (call.text.trim() !== "" && isSameJson(args, readArgs(call.text))) return { native: call.native };
  const text = JSON.stringify(args);
  if (call.kind === "legacy") return { native: { ...call.native, arguments: text } };
  return { native: { ...call.native, function: { ...objectIn(call.native, "function"), arguments: text } } };
}

function settledCustom({ name, native }: NativeCall, args: JsonObject): ReturnType<typeof settledCall> {
  const input = textIn(args, "input");
  if (input === undefined || Object.keys(args).length !== 1) return { text: unfitText(name) };
  return { native: { ...native, custom: { ...objectIn(native, "custom"), input } } };
}

/** Messages with each id used by one of them only: choices are alternatives, and their ids may repeat. */
export function withOwnIds(messages: readonly JsonObject[]): readonly JsonObject[] {
  if (messages.length < 2) return messages;
  const taken = new Set<string>();
  return messages.map((message, at) => {
    const calls = callsIn(message).filter(({ kind }) => kind !== "legacy");
    const repeats = calls.some(({ id }) => taken.has(id));
    const own = repeats
      ? calls.map(({ id, native }) => ({ ...native, id: freeId(`${id}_${at}`, taken) }))
      : calls.map(({ native }) => native);
    for (const call of own) taken.add(textIn(call, "id") ?? "");
    return repeats ? { ...message, tool_calls: own } : message;
  });
}

function freeId(id: string, taken: ReadonlySet<string>): string {
  let free = id;
  while (taken.has(free)) free += "_";
  return free;
}

/** A message without calls. */
export function withoutCalls(message: JsonObject): JsonObject {
  return without(message, "tool_calls", "function_call");
}
