import { holdsOutput, type JsonObject } from "@sallyport/core";
import type { Rest } from "../api.ts";
import type { Bench } from "../bench.ts";
import { unreadable } from "../refusal.ts";
import { objectIn, textIn, without, type WireEvent } from "../wire.ts";
import { withOwnIds } from "./calls.ts";
import { StreamedChoice } from "./choice.ts";
import { chunksOf, type Sent } from "./events.ts";
import { ANSWER, choicesIn, judgeable, STREAMED_CHOICE, TEXTS } from "./members.ts";

/** Passes on what may be shown of a streamed answer; see `Api`. */
export async function* streamCompletion(events: AsyncIterable<WireEvent>, bench: Bench): AsyncGenerator<WireEvent, Rest | undefined> {
  const answer = new StreamedAnswer(bench);
  try {
    for await (const event of events) {
      if (event.data === "[DONE]") break;
      if (isError(event, event.data)) {
        // the client throws it: nothing that comes after it is read
        yield { ...(event.name === undefined ? {} : { name: event.name }), data: { error: event.data["error"] ?? event.data } };
        return undefined;
      }
      for (const shown of await answer.take(event, event.data)) yield shown;
    }
    yield* await answer.close();
  } finally {
    // also where nobody reads on: what was said so far is on record all the same
    await answer.close();
  }
  const rest = answer.rest();
  if (rest === undefined) yield { data: "[DONE]" };
  return rest;
}

function isError({ name }: WireEvent, data: JsonObject): boolean {
  return name === "error" || Boolean(data["error"]);
}

/** A streamed answer, as far as it came. */
class StreamedAnswer {
  readonly #bench: Bench;
  readonly #output: "open" | "held";
  readonly #choices = new Map<number, StreamedChoice>();
  #head: JsonObject = {};
  #usage: JsonObject | undefined;
  /** what was passed on when the first call came; from then on everything is held back */
  #sent: ReadonlyMap<number, Sent> | undefined;

  constructor(bench: Bench) {
    this.#bench = bench;
    this.#output = holdsOutput(bench.gate) ? "held" : "open";
  }

  /** Takes the next chunk; resolves to what may be shown now. */
  async take(event: WireEvent, chunk: JsonObject): Promise<readonly WireEvent[]> {
    const head = judgeable(chunk, ANSWER, this.#output);
    const choices = choicesIn(chunk);
    this.#head = head;
    this.#usage = objectIn(chunk, "usage") ?? this.#usage;
    if (this.#sent === undefined && choices.some(hasCalls)) this.#sent = this.#sentNow();
    const steps: JsonObject[] = [];
    let isSame = head === chunk;
    for (const choice of choices) {
      const shown = await this.#takeChoice(choice);
      isSame &&= shown.length === 1 && shown[0] === choice;
      steps.push(...shown);
    }
    if (this.#sent !== undefined) return [];
    if (isSame) return [event];
    const told = steps.map((choice) => ({ data: { ...without(head, "usage"), choices: [choice] } }));
    return this.#usage === undefined || objectIn(chunk, "usage") === undefined ? told : [...told, { data: { ...head, choices: [] } }];
  }

  /** The choice itself where it may be shown as it is; otherwise what may be, in steps. */
  async #takeChoice(choice: JsonObject): Promise<readonly JsonObject[]> {
    const so = this.#choiceOf(choice["index"] ?? 0);
    const delta = objectIn(choice, "delta") ?? {};
    if ((choice["delta"] ?? null) !== null && objectIn(choice, "delta") === undefined)
      throw unreadable("`delta` of the answer is no JSON object");
    const shown = await so.take(delta);
    so.takeCalls(delta);
    const finish = textIn(choice, "finish_reason") ?? null;
    const rest = finish === null ? {} : await so.close();
    if (finish !== null) so.finish(finish);
    const known = judgeable(choice, STREAMED_CHOICE, this.#output);
    // of words that came before, and may have been changed
    const tells = this.#output === "held" && (choice["logprobs"] ?? null) !== null && TEXTS.every((member) => (delta[member] ?? "") === "");
    if (shown === delta && known === choice && isEmpty(rest) && !tells) return [choice];
    const like = { ...known, logprobs: null, finish_reason: null };
    return [
      ...[shown, rest].filter((delta) => !isEmpty(delta)).map((delta) => ({ ...like, delta })),
      ...(finish === null ? [] : [{ ...like, delta: {}, finish_reason: finish }]),
    ];
  }

  #choiceOf(index: unknown): StreamedChoice {
    if (typeof index !== "number" || !Number.isSafeInteger(index) || index < 0 || index >= MOST_CHOICES)
      throw unreadable("a choice of the answer has no place in it");
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const choice = new StreamedChoice(index, this.#bench, this.#output);
    this.#choices.set(index, choice);
    return choice;
  }

  #sentNow(): ReadonlyMap<number, Sent> {
    return new Map([...this.#choices].map(([index, choice]) => [index, choice.sent()]));
  }

  /** Ends what is being said; resolves to the rest of it that may be shown now. */
  async close(): Promise<readonly WireEvent[]> {
    const rest: WireEvent[] = [];
    for (const [index, choice] of this.#choices) {
      const delta = await choice.close();
      const told = { index, delta, logprobs: null, finish_reason: null };
      if (!isEmpty(delta)) rest.push({ data: { ...without(this.#head, "usage"), choices: [told] } });
    }
    return this.#sent === undefined ? rest : [];
  }

  /** What is held back; undefined where nothing is. */
  rest(): Rest | undefined {
    const sent = this.#sent;
    if (sent === undefined) return undefined;
    const whole = [...this.#choices.values()].toSorted((one, other) => one.index - other.index).map((choice) => choice.whole());
    const messages = withOwnIds(whole.map((choice) => objectIn(choice, "message") ?? {}));
    const choices = whole.map((choice, at) => ({ ...choice, message: messages[at] ?? {} }));
    const told = { ...without(this.#head, "choices", "usage", "obfuscation"), object: "chat.completion", choices };
    const answer = this.#usage === undefined ? told : { ...told, usage: this.#usage };
    return { answer, events: (settled) => chunksOf(settled, sent) };
  }
}

/** How many choices an answer may have. */
const MOST_CHOICES = 128;

function isEmpty(delta: JsonObject): boolean {
  return Object.keys(delta).length === 0;
}

function hasCalls(choice: JsonObject): boolean {
  const delta = objectIn(choice, "delta");
  if (delta === undefined) return false;
  const { tool_calls: calls, function_call: legacy } = delta;
  if (legacy !== undefined && legacy !== null) return true;
  return calls !== undefined && calls !== null && !(Array.isArray(calls) && calls.length === 0);
}
