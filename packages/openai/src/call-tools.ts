import { resultText, SallyportError, type IdUse } from "@sallyport/core";
import type { OpenAI } from "openai";
import { Batch, entryOf } from "./batch.ts";
import { usesIn } from "./chat/uses.ts";
import { guardOfNone, type Guard } from "./guard.ts";
import { guardOf, guardsOf, type GuardedTools } from "./mark.ts";
import { describedBy } from "./native-tool.ts";
import { usesAmong } from "./responses/uses.ts";
import { callsAmong, callsIn, type WrittenCall } from "./to-call.ts";

/** What the functions are called with. */
export interface CallOptions {
  /** for the functions, as their third parameter */
  readonly toolContext?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** What a message's functions are called with. */
export interface CallToolsOptions extends CallOptions {
  /** what the model was asked with: the messages before the one that calls */
  readonly messages: readonly OpenAI.ChatCompletionMessageParam[];
}

/** What an answer's functions are called with. */
export interface CallResponseToolsOptions extends CallOptions {
  /** what the model was asked with: the items before those of the answer */
  readonly input: string | readonly OpenAI.Responses.ResponseInputItem[];
}

/**
 * Calls the functions that a message of a model asks for: for loops of your own, in the place of `runTools`. Resolves to the
 * messages that answer it, in the order of the calls. All are proposed before any runs; what is denied, or fails, is a text for
 * the model. Calls of tools in the list that have no function, and custom ones, are yours to answer.
 *
 * Throws `ApprovalRequired` where some wait, once the others have run: call it again after the verdict, with the same message,
 * and what ran is answered from its record. Throws a SallyportError `invalid-input` for tools that are not guarded.
 *
 * @example
 * for (const { message } of completion.choices) messages.push(message, ...(await callTools(tools, message, { messages })));
 */
export async function callTools(
  tools: GuardedTools,
  message: OpenAI.ChatCompletionMessage | OpenAI.ChatCompletionMessageParam,
  { messages, ...options }: CallToolsOptions,
): Promise<readonly OpenAI.ChatCompletionToolMessageParam[]> {
  const before = upTo(messages, [message]);
  const answered = await callAll(tools, callsIn(message), { uses: usesIn(before), messages: before, ...options });
  return answered.map(({ id, content }) => ({ role: "tool", tool_call_id: id, content }));
}

/**
 * Calls the functions that an answer of the Responses API asks for. Resolves to the items for the next request's input, in the
 * order of the calls. Else like `callTools`.
 *
 * @example
 * const answers = await callResponseTools(tools, response, { input });
 * const next = await client.responses.create({ model, tools, previous_response_id: response.id, input: [...answers] });
 */
export async function callResponseTools(
  tools: GuardedTools,
  { output }: { readonly output: readonly (OpenAI.Responses.ResponseOutputItem | OpenAI.Responses.ResponseInputItem)[] },
  { input, ...options }: CallResponseToolsOptions,
): Promise<readonly OpenAI.Responses.ResponseInputItem.FunctionCallOutput[]> {
  const messages = typeof input === "string" ? [] : upTo(input, output);
  const answered = await callAll(tools, callsAmong(output), { uses: usesAmong(messages), messages, ...options });
  return answered.map(({ id, content }) => ({ type: "function_call_output", call_id: id, output: content }));
}

/** What stands before the calls that are answered: a conversation may hold them already, and their results. */
function upTo<T>(conversation: readonly T[], answered: readonly unknown[]): readonly T[] {
  const at = conversation.findIndex((part) => answered.includes(part));
  return at < 0 ? conversation : conversation.slice(0, at);
}

interface Conversation extends CallOptions {
  readonly uses: readonly IdUse[];
  readonly messages: readonly unknown[];
}

interface Answered {
  readonly id: string;
  readonly content: string;
}

async function callAll(
  tools: GuardedTools,
  calls: readonly WrittenCall[],
  { uses, messages, toolContext, signal }: Conversation,
): Promise<readonly Answered[]> {
  const guardFor = guardFinder(tools);
  const ours = calls.flatMap((call) => {
    const guard = guardFor(call.tool);
    return guard === undefined ? [] : [{ id: call.id, entry: entryOf(call, guard, { uses, handed: { messages, toolContext } }) }];
  });
  const entries = await Promise.all(ours.map(async ({ id, entry }) => ({ id, entry: await entry })));
  const batch = new Batch(entries.flatMap(({ entry }) => (entry.kind === "call" ? [entry.call] : [])));
  const native = { runner: undefined, toolContext };
  return Promise.all(
    entries.map(async ({ id, entry }) => {
      const value = entry.kind === "call" ? await batch.run(entry.call, native, signal) : entry.reason;
      return { id, content: resultText(value) };
    }),
  );
}

/** Finds the guard of a call: its tool's, none where the app runs that itself, or for a tool that there is not one that runs nothing. */
function guardFinder(tools: GuardedTools): (tool: string) => Guard | undefined {
  const guards = guardsOf(tools);
  const [like] = guards.values();
  if (like === undefined)
    throw new SallyportError("invalid-input", "`tools` holds none that is guarded: hand over what `guardTools` gives");
  const others = new Set(tools.flatMap((tool) => (guardOf(tool) === undefined ? [describedBy(tool).name] : [])));
  return (tool) => guards.get(tool) ?? (others.has(tool) ? undefined : guardOfNone(tool, like));
}
