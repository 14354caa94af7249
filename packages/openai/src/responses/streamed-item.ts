import type { JsonObject } from "@sallyport/core";
import { unreadable } from "../refusal.ts";
import { objectsIn, type WireEvent } from "../wire.ts";
import { eventsOfPart } from "./item-events.ts";
import { shownPart, type Leaving, type SpokenText } from "./spoken.ts";
import { withTexts, type TextPlace } from "./texts.ts";

/** An item of a streamed answer, as far as it came. */
export interface StreamedItem {
  /** `held`: a call, or what came after one */
  readonly kind: "text" | "other" | "held";
  /** where it stands in what is shown; of one that is held nobody knows */
  readonly index: number;
  readonly texts: Map<string, SpokenText>;
  item: JsonObject;
  done: boolean;
}

/** An item of text in the words that were shown, whatever copies of it say. */
export function rebuilt({ item, texts, done }: StreamedItem): JsonObject {
  const whole = done ? item : { ...item, ...saidIn(texts, "content"), ...saidIn(texts, "summary") };
  return withTexts(whole, (place, part) => {
    const spoken = texts.get(keyOf(place));
    return spoken === undefined ? undefined : shownPart(spoken, part);
  });
}

/** The parts that were begun, for an item that nobody repeats. */
function saidIn(texts: StreamedItem["texts"], list: TextPlace["list"]): JsonObject {
  const parts = [...texts].flatMap(([key, { part }]) => (key.startsWith(list) ? [part] : []));
  return parts.length === 0 ? {} : { [list]: parts };
}

/** What places a text's words, unless a rule changed them. */
export function notesOf(spoken: SpokenText): readonly Leaving[] {
  const notes = spoken.notes.splice(0);
  return !spoken.changed && spoken.said === spoken.shown ? notes : [];
}

/** An event with some members as they are shown: itself where they are those it has. */
export function like(data: JsonObject, shown: JsonObject, came: WireEvent): Leaving {
  const same = Object.entries(shown).every(([key, value]) => data[key] === value);
  return same ? { told: data, came } : { told: { ...data, ...shown } };
}

/** An event at the place of its item in what is shown. */
export function placed(data: JsonObject, index: number): JsonObject {
  return data["output_index"] === index ? data : { ...data, output_index: index };
}

/** Where the text stands that an event tells of. */
export function placeIn(data: JsonObject): TextPlace {
  const { content_index: content, summary_index: summary } = data;
  if (typeof summary === "number") return { list: "summary", index: summary };
  if (typeof content === "number") return { list: "content", index: content };
  throw unreadable("the answer has a text without a place");
}

/** A place as a key. */
export function keyOf({ list, index }: TextPlace): string {
  return `${list}:${index}`;
}

/** What the texts of an item are. */
export function kindOf({ item }: StreamedItem): SpokenText["of"] {
  return item["type"] === "reasoning" ? "reasoning" : "text";
}

/** The members of an event that say where a text stands. */
export function placeOf({ item, index: at }: StreamedItem, { index }: TextPlace, part: JsonObject): JsonObject {
  return { item_id: item["id"] ?? null, output_index: at, [eventsOfPart(part).index]: index };
}

/** The part of an item at a place. */
export function partAt(item: JsonObject, { list, index }: TextPlace): JsonObject {
  return objectsIn(item, list)[index] ?? {};
}

/** A part as the events of its text tell of it. */
export function partFor(type: string): JsonObject {
  if (type.startsWith("response.refusal")) return { type: "refusal", refusal: "" };
  if (type.startsWith("response.reasoning_summary")) return { type: "summary_text", text: "" };
  if (type.startsWith("response.reasoning_text")) return { type: "reasoning_text", text: "" };
  return { type: "output_text", text: "", annotations: [] };
}

/** A copy of an item without an id, where it may be one of this item. */
export function likeIt(copy: JsonObject | undefined, item: JsonObject): JsonObject | undefined {
  return copy !== undefined && copy["id"] === undefined && copy["type"] === item["type"] ? copy : undefined;
}
