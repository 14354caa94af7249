import type { JsonObject } from "@sallyport/core";
import type { Bench } from "../bench.ts";
import { unreadable } from "../refusal.ts";
import { objectIn, textIn, type WireEvent } from "../wire.ts";
import { releaseOther, unknownItem } from "./answer.ts";
import { callShapeOf } from "./call-items.ts";
import { checkRan, isHosted } from "./hosted-items.ts";
import { emptied, eventsOfPart } from "./item-events.ts";
import { knownItem, knownUnder, type Known } from "./members.ts";
import { shownPart, Spoken, unspoken, type Leaving, type SpokenText } from "./spoken.ts";
import {
  keyOf,
  kindOf,
  like,
  likeIt,
  notesOf,
  partAt,
  partFor,
  placed,
  placeIn,
  placeOf,
  rebuilt,
  type StreamedItem,
} from "./streamed-item.ts";
import { isTextItem, textKey, textsOf, withTexts, type TextPlace } from "./texts.ts";

/** What is left of an answer's items at its end. */
interface Ended {
  /** what may leave before anything else */
  readonly leaving: readonly Leaving[];
  /** the items that were shown, as they were */
  readonly shown: readonly JsonObject[];
  /** the items that were not, in the answer's order */
  readonly held: readonly JsonObject[];
}

// what is told of something that runs at the provider; no words of the model's, and no calls
const BESIDE =
  /^response\.(code_interpreter_call(_code)?|file_search_call|web_search_call|image_generation_call|mcp_call(_arguments)?|mcp_list_tools|compaction)\.[a-z_]+$/;

const PROGRESS: ReadonlySet<string> = new Set(
  "type item_id output_index delta code arguments partial_image_b64 partial_image_index background output_format quality size".split(" "),
);

// what belongs to calls, and to what ran at the provider in a shell: it is told whole, once it is known
const OF_CALLS = /^response\.(function_call_arguments|custom_tool_call_input|shell_call_command|shell_call_output_content)\.[a-z_]+$/;

/** The items of a streamed answer: texts pass as they may be shown, and from the first call on everything is held back. */
export class StreamedItems {
  readonly #bench: Bench;
  readonly #spoken: Spoken;
  readonly #known: Known;
  // by their index in what the server sends
  readonly #items = new Map<number, StreamedItem>();
  #shown = 0;
  held = false;

  constructor(bench: Bench) {
    this.#bench = bench;
    this.#spoken = new Spoken(bench.session);
    this.#known = knownUnder(bench.gate);
  }

  /** Takes the next event of an item. Rejects with a Refusal for what cannot be judged, also for an event that nobody knows. */
  async next(type: string, data: JsonObject, came: WireEvent): Promise<readonly Leaving[]> {
    switch (type) {
      case "response.output_item.added":
        return this.#added(data, came);
      case "response.output_item.done":
        return this.#done(this.#itemOf(data), data, came);
      case "response.content_part.added":
      case "response.reasoning_summary_part.added":
        return this.#inText(data, (item, known) => this.#partAdded(item, known, came));
      case "response.content_part.done":
      case "response.reasoning_summary_part.done":
        return this.#inText(data, (item, known) => this.#partDone(item, known, came));
      case "response.output_text.delta":
      case "response.refusal.delta":
      case "response.reasoning_text.delta":
      case "response.reasoning_summary_text.delta":
        return this.#inText(data, (item, known) => this.#delta(item, type, known, came));
      case "response.output_text.done":
      case "response.refusal.done":
      case "response.reasoning_text.done":
      case "response.reasoning_summary_text.done":
        return this.#inText(data, (item, known) => this.#textDone(item, type, known, came));
      case "response.output_text.annotation.added":
        return this.#inText(data, (item, known) => this.#noted(item, type, known, came));
    }
    if (BESIDE.test(type) || OF_CALLS.test(type)) return this.#beside(type, data);
    throw unreadable(`the answer has an event of a type that is not known: \`${type}\``);
  }

  /** Ends what is being said. */
  close(): Promise<readonly Leaving[]> {
    return this.#spoken.close();
  }

  /** Ends the items; `copies`: the whole items as the end of the answer repeats them. */
  async end(copies: readonly JsonObject[]): Promise<Ended> {
    const known = new Set<JsonObject>();
    const leaving: Leaving[] = [];
    const entries = [...this.#items].sort(([one], [other]) => one - other);
    const byId = new Map(copies.toReversed().map((copy) => [textIn(copy, "id"), copy]));
    const ends = entries.map(([index, item]) => {
      const id = textIn(item.item, "id");
      const copy = (id === undefined ? undefined : byId.get(id)) ?? likeIt(copies[index], item.item);
      if (copy !== undefined && copy["type"] !== item.item["type"]) throw unreadable("the answer ends an item as another one");
      if (copy !== undefined) known.add(copy);
      return { item, copy };
    });
    for (const { item, copy } of ends) {
      if (!item.done && item.kind === "text" && copy !== undefined) leaving.push(...(await this.#whole(item, copy)));
    }
    leaving.push(...(await this.close()));
    const shown: JsonObject[] = [];
    for (const { item, copy } of ends.toSorted((one, other) => one.item.index - other.item.index)) {
      if (item.kind === "text") shown.push(rebuilt(item));
      if (item.kind === "other") shown.push(item.done ? item.item : await releaseOther(copy ?? item.item, this.#bench));
    }
    const held = ends.filter(({ item }) => item.kind === "held");
    return {
      leaving,
      shown,
      held: [
        ...held.map(({ item, copy }) => (item.done ? item.item : (copy ?? { ...item.item, status: "incomplete" }))),
        ...copies.filter((copy) => !known.has(copy)),
      ],
    };
  }

  async #added(data: JsonObject, came: WireEvent): Promise<readonly Leaving[]> {
    const item = objectIn(data, "item");
    const at = data["output_index"];
    if (item === undefined || typeof at !== "number" || this.#items.has(at)) throw unreadable("the answer begins an item that is none");
    const add = (kind: StreamedItem["kind"], index: number): void => {
      this.#items.set(at, { kind, index, item, texts: new Map(), done: false });
    };
    if (this.held || callShapeOf(item) !== undefined) {
      this.held = true;
      add("held", -1);
      return this.close();
    }
    if (!isTextItem(item) && !isHosted(item)) throw unknownItem(item);
    checkRan(item, this.#bench);
    const index = this.#shown;
    this.#shown += 1;
    if (isTextItem(item)) {
      add("text", index);
      // what it begins with is said when its end repeats it
      const begun = withTexts(this.#known(item, "item"), () => undefined);
      return this.#spoken.later(() => [{ told: begun === item ? placed(data, index) : { ...placed(data, index), item: begun }, came }]);
    }
    add("other", index);
    return [...(await this.close()), { told: placed(data, index), came }];
  }

  async #done(item: StreamedItem, data: JsonObject, came: WireEvent): Promise<readonly Leaving[]> {
    const whole = objectIn(data, "item");
    if (whole === undefined || item.done) throw unreadable("the answer ends an item that is none");
    if (item.kind === "held") {
      item.item = whole;
      item.done = true;
      return [];
    }
    if (whole["type"] !== item.item["type"] || callShapeOf(whole) !== undefined) throw unreadable("the answer ends an item as another one");
    if (item.kind === "text") {
      const said = await this.#whole(item, whole);
      return [...said, ...this.#spoken.later(() => [like(data, { output_index: item.index, item: rebuilt(item) }, came)])];
    }
    const before = await this.close();
    item.item = await releaseOther(whole, this.#bench);
    item.done = true;
    return [...before, like(data, { output_index: item.index, item: item.item }, came)];
  }

  /** Takes a whole copy of an item of text: what of it was not said yet is said now. */
  async #whole(item: StreamedItem, copy: JsonObject): Promise<readonly Leaving[]> {
    const leaving: Leaving[] = [];
    const whole = knownItem(copy, this.#known);
    for (const { list, index, text } of textsOf(whole)) {
      const part = partAt(whole, { list, index });
      const spoken = this.#textAt(item, { list, index }, part, leaving);
      leaving.push(...(await this.#catchUp(item, { list, index }, spoken, text)));
    }
    item.item = whole;
    item.done = true;
    return leaving;
  }

  async #partAdded(item: StreamedItem, data: JsonObject, came: WireEvent): Promise<readonly Leaving[]> {
    const part = this.#known(objectIn(data, "part") ?? {}, "part");
    const key = keyOf(placeIn(data));
    if (item.texts.has(key)) throw unreadable("the answer begins a part twice");
    item.texts.set(key, unspoken(kindOf(item), emptied(part)));
    return this.#spoken.later(() => [like(data, { output_index: item.index, part: emptied(part) }, came)]);
  }

  async #delta(item: StreamedItem, type: string, data: JsonObject, came: WireEvent): Promise<readonly Leaving[]> {
    const leaving: Leaving[] = [];
    const spoken = this.#textAt(item, placeIn(data), partFor(type), leaving);
    if (spoken.ended) throw unreadable("the answer goes on with a text that it has ended");
    const delta = textIn(data, "delta");
    if (delta === undefined) throw unreadable(`\`delta\` of \`${type}\` is no text`);
    return [...leaving, ...(await this.#spoken.say(spoken, delta, { told: placed(data, item.index), came }))];
  }

  async #textDone(item: StreamedItem, type: string, data: JsonObject, came: WireEvent): Promise<readonly Leaving[]> {
    const leaving: Leaving[] = [];
    const place = placeIn(data);
    const spoken = this.#textAt(item, place, partFor(type), leaving);
    const key = textKey(spoken.part);
    leaving.push(...(await this.#catchUp(item, place, spoken, textIn(data, key) ?? "")));
    const told = (): Leaving => {
      const same = !spoken.changed && data[key] === spoken.shown;
      return like(
        data,
        { output_index: item.index, [key]: spoken.shown, ...(same || !("logprobs" in data) ? {} : { logprobs: [] }) },
        came,
      );
    };
    return [...leaving, ...this.#spoken.later(() => [...notesOf(spoken), told()])];
  }

  async #partDone(item: StreamedItem, data: JsonObject, came: WireEvent): Promise<readonly Leaving[]> {
    const leaving: Leaving[] = [];
    const part = this.#known(objectIn(data, "part") ?? {}, "part");
    const place = placeIn(data);
    const spoken = this.#textAt(item, place, part, leaving);
    leaving.push(...(await this.#catchUp(item, place, spoken, textIn(part, textKey(part)) ?? "")));
    const told = (): Leaving => like(data, { output_index: item.index, part: shownPart(spoken, part) }, came);
    return [...leaving, ...this.#spoken.later(() => [...notesOf(spoken), told()])];
  }

  async #noted(item: StreamedItem, type: string, data: JsonObject, came: WireEvent): Promise<readonly Leaving[]> {
    const leaving: Leaving[] = [];
    const spoken = this.#textAt(item, placeIn(data), partFor(type), leaving);
    spoken.notes.push({ told: placed(data, item.index), came });
    return spoken.ended ? [...leaving, ...this.#spoken.later(() => notesOf(spoken))] : leaving;
  }

  /** The text at a place; one that was not begun is begun. */
  #textAt(item: StreamedItem, place: TextPlace, part: JsonObject, leaving: Leaving[]): SpokenText {
    const known = item.texts.get(keyOf(place));
    if (known !== undefined) return known;
    const spoken = unspoken(kindOf(item), emptied(part));
    item.texts.set(keyOf(place), spoken);
    const told = { type: eventsOfPart(part).added, ...placeOf(item, place, part), part: spoken.part };
    leaving.push(...this.#spoken.later(() => [{ told }]));
    return spoken;
  }

  /** Ends a text with what it says as a whole; a part of reasoning is an output of its own. */
  async #catchUp(item: StreamedItem, place: TextPlace, spoken: SpokenText, whole: string): Promise<readonly Leaving[]> {
    if (spoken.ended) return [];
    const leaving: Leaving[] = [];
    if (whole.length > spoken.said.length && whole.startsWith(spoken.said)) {
      const delta = whole.slice(spoken.said.length);
      const told = { type: eventsOfPart(spoken.part).delta, ...placeOf(item, place, spoken.part), delta };
      leaving.push(
        ...(await this.#spoken.say(spoken, delta, { told: spoken.part["type"] === "output_text" ? { ...told, logprobs: [] } : told })),
      );
    }
    spoken.ended = true;
    return spoken.of === "reasoning" ? [...leaving, ...(await this.close())] : leaving;
  }

  #beside(type: string, data: JsonObject): readonly Leaving[] {
    const item = this.#itemOf(data);
    if (item.kind === "held") return [];
    if (item.kind === "text") throw unreadable("the answer goes on with an item as another one");
    // what a shell at the provider does is told by its items, once they are known here
    if (OF_CALLS.test(type)) return [];
    const told = Object.entries(data).filter(([key, value]) => PROGRESS.has(key) && typeof value !== "object");
    return [{ told: { ...Object.fromEntries(told), output_index: item.index } }];
  }

  async #inText(
    data: JsonObject,
    take: (item: StreamedItem, known: JsonObject) => Promise<readonly Leaving[]>,
  ): Promise<readonly Leaving[]> {
    const item = this.#itemOf(data);
    if (item.kind === "held") return [];
    if (item.kind !== "text") throw unreadable("the answer goes on with an item as another one");
    return take(item, this.#known(data, "event"));
  }

  #itemOf(data: JsonObject): StreamedItem {
    const at = data["output_index"];
    const item = typeof at === "number" ? this.#items.get(at) : undefined;
    if (item === undefined) throw unreadable("the answer goes on with an item that it has not begun");
    return item;
  }
}
