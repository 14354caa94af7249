import { isObject, type Json, type JsonObject } from "@sallyport/core";
import { unreadable } from "../refusal.ts";

/** The members of a message that are said in words, in the order in which they are said; compatible servers have the reasoning ones. */
export const TEXTS = ["reasoning_content", "reasoning", "content", "refusal"] as const;

/** What is known of an answer, and looked at or without words of the model's; a stored one repeats members of its request. */
export const ANSWER: ReadonlySet<string> = wordsOf(
  "id object created model choices usage service_tier system_fingerprint moderation obfuscation provider prompt_filter_results",
  "metadata tools tool_choice response_format input_user",
);

const EITHER =
  "index finish_reason logprobs stop_reason native_finish_reason content_filter_results content_filter_result content_filter_offsets";

/** What is known of a choice. */
export const CHOICE: ReadonlySet<string> = wordsOf("message", EITHER);

/** What is known of a choice in a part of a streamed answer: a message that is not in parts would take the place of all that was said. */
export const STREAMED_CHOICE: ReadonlySet<string> = wordsOf("delta", EITHER);

/** What is known of a message, and of a part of one. */
export const MESSAGE: ReadonlySet<string> = wordsOf(TEXTS.join(" "), "role audio annotations tool_calls function_call");

function wordsOf(...lists: readonly string[]): ReadonlySet<string> {
  return new Set(lists.flatMap((list) => list.split(" ")));
}

/**
 * An object of an answer with what is known of it. What nobody knows may say what rules on output have to see, so it stays
 * only where there are none (`open`). Throws a Refusal where it may be a call.
 */
export function judgeable(object: JsonObject, known: ReadonlySet<string>, output: "open" | "held"): JsonObject {
  let dropped: string[] | undefined;
  for (const key in object) {
    if (known.has(key)) continue;
    const value = object[key];
    if (isWordless(value)) continue;
    if (mayBeCall(key, value)) throw unreadable(`\`${key}\` of the answer may be a call, and nobody knows how to judge it`);
    if (output === "held") (dropped ??= []).push(key);
  }
  if (dropped === undefined) return object;
  return Object.fromEntries(Object.entries(object).filter(([key]) => !dropped.includes(key)));
}

function isWordless(value: Json | undefined): boolean {
  return typeof value === "number" || typeof value === "boolean" || value === null || value === undefined || value === "";
}

const CALL = /calls?$|tool_?use|^arguments$/i;

function mayBeCall(key: string, value: Json | undefined): boolean {
  if (CALL.test(key)) return true;
  if (Array.isArray(value)) return value.some((item) => mayBeCall("", item));
  if (isObject(value)) return Object.entries(value).some(([inner, item]) => mayBeCall(inner, item));
  return false;
}

/** A text of a message; undefined where there is none. Throws a Refusal for one that is no text. */
export function textOf(message: JsonObject, member: string): string | undefined {
  const value = message[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw unreadable(`\`${member}\` of the answer is no text`);
  return value;
}

/** The choices of an answer. Throws a Refusal where it has none that could be looked at. */
export function choicesIn(answer: JsonObject): readonly JsonObject[] {
  const choices = answer["choices"];
  if (!Array.isArray(choices) || !choices.every(isObject)) throw unreadable("the answer has no list of `choices`");
  return choices;
}
