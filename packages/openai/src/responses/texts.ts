import { isObject, releaseAnswer, type Json, type JsonObject } from "@sallyport/core";
import type { Bench } from "../bench.ts";
import { unreadable } from "../refusal.ts";
import { objectsIn, textIn, without } from "../wire.ts";
import { knownItem, knownUnder } from "./members.ts";

/** Where a text stands in an item. */
export interface TextPlace {
  readonly list: "content" | "summary";
  readonly index: number;
}

/** What a text of an item is, and what it says. */
export interface ItemText extends TextPlace {
  readonly of: "text" | "reasoning";
  readonly text: string;
}

/** Whether an item holds the model's own words. */
export function isTextItem(item: JsonObject): boolean {
  return item["type"] === "message" || item["type"] === "reasoning";
}

/** The texts of an item, in the order in which they are read. */
export function textsOf(item: JsonObject): readonly ItemText[] {
  const lists = item["type"] === "reasoning" ? (["summary", "content"] as const) : (["content"] as const);
  const of = item["type"] === "reasoning" ? "reasoning" : "text";
  return lists.flatMap((list) => partsIn(item, list).map((part, index) => ({ list, index, of, text: textIn(part, textKey(part)) ?? "" })));
}

/** Where the words stand in a part. Throws a Refusal for a part that nobody knows: it may say anything anywhere. */
export function textKey(part: JsonObject): "text" | "refusal" {
  switch (part["type"]) {
    case "output_text":
    case "summary_text":
    case "reasoning_text":
      return "text";
    case "refusal":
      return "refusal";
    default:
      throw unreadable(`the answer has a part of a type that is not known: \`${textIn(part, "type") ?? ""}\``);
  }
}

/** A part with other words, and with nothing that repeats or places the old ones. */
export function withWords(part: JsonObject, text: string): JsonObject {
  const { type } = part;
  return { ...without(part, "logprobs"), ...(type === "output_text" ? { annotations: [] } : {}), [textKey(part)]: text };
}

/** An item whose parts are as `shown` says; undefined: a part is left out. */
export function withTexts(item: JsonObject, shown: (place: TextPlace, part: JsonObject) => JsonObject | undefined): JsonObject {
  let changed = false;
  const rewritten = (list: TextPlace["list"]): { readonly [list: string]: Json } => {
    if (!Array.isArray(item[list])) return {};
    const parts = partsIn(item, list).map((part, index) => [part, shown({ list, index }, part)] as const);
    changed ||= parts.some(([part, now]) => part !== now);
    return { [list]: parts.flatMap(([, now]) => (now === undefined ? [] : [now])) };
  };
  const lists = item["type"] === "reasoning" ? { ...rewritten("summary"), ...rewritten("content") } : rewritten("content");
  if (!changed) return item;
  return { ...without(item, "encrypted_content"), ...lists };
}

/** Message and reasoning items that follow each other, as they may be shown. Rejects like `respond`. */
export async function releaseTexts(
  came: readonly JsonObject[],
  { session, gate }: Pick<Bench, "session" | "gate">,
): Promise<readonly JsonObject[]> {
  const known = knownUnder(gate);
  const items = came.map((item) => knownItem(item, known));
  const parts: readonly ReleasedText[] = items.flatMap((item, at) => textsOf(item).map((text) => ({ ...text, at, changed: false })));
  const released = await releaseAnswer(session, parts, {
    read: ({ of, text }) => ({ kind: of, text }),
    rewrite: (part, text): ReleasedText => ({ ...part, text, changed: true }),
  });
  const byPlace = new Map(released.map((one) => [`${one.at} ${one.list} ${one.index}`, one]));
  return items.map((item, at) =>
    withTexts(item, ({ list, index }, part) => {
      const now = byPlace.get(`${at} ${list} ${index}`);
      if (now === undefined) return undefined;
      return now.changed ? withWords(part, now.text) : part;
    }),
  );
}

interface ReleasedText extends ItemText {
  /** the index of its item */
  readonly at: number;
  readonly changed: boolean;
}

function partsIn(item: JsonObject, list: TextPlace["list"]): readonly JsonObject[] {
  const parts = item[list];
  if (parts !== undefined && parts !== null && !(Array.isArray(parts) && parts.every(isObject)))
    throw unreadable(`\`${list}\` of an item of the answer is no list of JSON objects`);
  return objectsIn(item, list);
}
