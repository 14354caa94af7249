import type { JsonObject } from "@sallyport/core";
import { objectsIn, textIn, type WireEvent } from "../wire.ts";
import { textKey, textsOf, withTexts, type TextPlace } from "./texts.ts";

/** An event without its place in the stream. */
export type Told = JsonObject;

/** Numbers events in the order in which they leave. */
export class Numbering {
  #next: number;
  readonly #named: boolean;

  constructor(first: number, named: boolean) {
    this.#next = first;
    this.#named = named;
  }

  /** The event as it leaves; `came`: as it came, where that may be what is told. */
  number(told: Told, came?: WireEvent): WireEvent {
    const sequence = this.#next;
    this.#next += 1;
    if (came !== undefined && told === came.data && told["sequence_number"] === sequence) return came;
    const name = textIn(told, "type");
    return { ...(this.#named && name !== undefined ? { name } : {}), data: { ...told, sequence_number: sequence } };
  }
}

/** A whole answer as a stream. */
export function responseEvents(answer: JsonObject): readonly WireEvent[] {
  const numbering = new Numbering(0, true);
  const begun = { ...answer, status: "in_progress", output: [] };
  return [
    { type: "response.created", response: begun },
    { type: "response.in_progress", response: begun },
    ...objectsIn(answer, "output").flatMap(itemEvents),
    { type: endOf(textIn(answer, "status")), response: answer },
  ].map((told) => numbering.number(told));
}

function endOf(status: string | undefined): string {
  return status === "incomplete" || status === "failed" ? `response.${status}` : "response.completed";
}

/** A whole item as it is streamed. */
export function itemEvents(item: JsonObject, index: number): readonly Told[] {
  const added = (begun: JsonObject): Told => ({
    type: "response.output_item.added",
    output_index: index,
    item: item["status"] === undefined ? begun : { ...begun, status: "in_progress" },
  });
  const done: Told = { type: "response.output_item.done", output_index: index, item };
  const id = textIn(item, "id");
  // an event within an item names it
  if (id === undefined) return [added(item), done];
  const at = { item_id: id, output_index: index };
  const { type } = item;
  if (type === "message" || type === "reasoning") {
    const begun = withTexts(item, () => undefined);
    return [added(begun), ...textsOf(item).flatMap((place) => partEvents(item, place, at)), done];
  }
  if (type === "function_call") {
    const written = item["arguments"] ?? "";
    return [
      added({ ...item, arguments: "" }),
      { type: "response.function_call_arguments.delta", ...at, delta: written },
      { type: "response.function_call_arguments.done", ...at, arguments: written },
      done,
    ];
  }
  if (type === "custom_tool_call") {
    const input = item["input"] ?? "";
    return [
      added({ ...item, input: "" }),
      { type: "response.custom_tool_call_input.delta", ...at, delta: input },
      { type: "response.custom_tool_call_input.done", ...at, input },
      done,
    ];
  }
  return [added(item), done];
}

/** How the events of one part of an item are called, and what they call its place. */
export interface PartEvents {
  readonly added: string;
  readonly delta: string;
  readonly textDone: string;
  readonly done: string;
  /** where its place stands in them */
  readonly index: "content_index" | "summary_index";
}

/** The events of a part. */
export function eventsOfPart(part: JsonObject): PartEvents {
  const content = { added: "response.content_part.added", done: "response.content_part.done", index: "content_index" } as const;
  switch (part["type"]) {
    case "summary_text":
      return {
        added: "response.reasoning_summary_part.added",
        done: "response.reasoning_summary_part.done",
        delta: "response.reasoning_summary_text.delta",
        textDone: "response.reasoning_summary_text.done",
        index: "summary_index",
      };
    case "reasoning_text":
      return { ...content, delta: "response.reasoning_text.delta", textDone: "response.reasoning_text.done" };
    case "refusal":
      return { ...content, delta: "response.refusal.delta", textDone: "response.refusal.done" };
    default:
      return { ...content, delta: "response.output_text.delta", textDone: "response.output_text.done" };
  }
}

function partEvents(item: JsonObject, { list, index }: TextPlace, place: JsonObject): readonly Told[] {
  const part = objectsIn(item, list)[index];
  if (part === undefined) return [];
  const events = eventsOfPart(part);
  const at = { ...place, [events.index]: index };
  const key = textKey(part);
  const text = part[key] ?? "";
  const logprobs = part["type"] === "output_text" ? { logprobs: part["logprobs"] ?? [] } : {};
  const annotations = objectsIn(part, "annotations");
  return [
    { type: events.added, ...at, part: emptied(part) },
    { type: events.delta, ...at, delta: text, ...(part["type"] === "output_text" ? { logprobs: [] } : {}) },
    ...annotations.map((annotation, annotationIndex) => ({
      type: "response.output_text.annotation.added",
      ...at,
      annotation_index: annotationIndex,
      annotation,
    })),
    { type: events.textDone, ...at, [key]: text, ...logprobs },
    { type: events.done, ...at, part },
  ];
}

/** A part before anything was said in it. */
export function emptied(part: JsonObject): JsonObject {
  const key = textKey(part);
  if (part[key] === "" && part["logprobs"] === undefined) return part;
  const { type } = part;
  return { type: type ?? null, [key]: "", ...(type === "output_text" ? { annotations: [] } : {}) };
}
