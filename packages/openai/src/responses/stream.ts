import type { JsonObject } from "@sallyport/core";
import type { Rest } from "../api.ts";
import type { Bench } from "../bench.ts";
import { unreadable } from "../refusal.ts";
import { objectIn, objectsIn, textIn, without, type WireEvent } from "../wire.ts";
import { isWhole, itemsOf, keepWithoutCalls, releaseItems } from "./answer.ts";
import { itemEvents, Numbering, type Told } from "./item-events.ts";
import { StreamedItems } from "./streamed-items.ts";
import type { Leaving } from "./spoken.ts";

/**
 * Passes on what may be shown of a streamed answer, and holds back everything from its first call on. Throws a Refusal for
 * what cannot be judged, and where the answer is cut off with something held back.
 */
export async function* streamResponse(events: AsyncIterable<WireEvent>, bench: Bench): AsyncGenerator<WireEvent, Rest | undefined> {
  const stream = new StreamedResponse(bench);
  try {
    for await (const event of events) {
      if (event.data === "[DONE]") break;
      yield* await stream.next(event, event.data);
      if (stream.ended) return stream.rest;
    }
    yield* await stream.stop();
  } catch (error) {
    yield* await stream.stop();
    throw error;
  } finally {
    // nobody may listen any more: what was said so far is on record all the same
    await stream.stop();
  }
  if (stream.holds) throw unreadable("the answer was cut off; nothing of what was held back may run");
  return undefined;
}

/** A streamed answer as far as it came. */
class StreamedResponse {
  readonly #bench: Bench;
  readonly #items: StreamedItems;
  #numbering: Numbering | undefined;
  #begun = false;
  ended = false;
  rest: Rest | undefined;

  constructor(bench: Bench) {
    this.#bench = bench;
    this.#items = new StreamedItems(bench);
  }

  /** Whether something of it was held back. */
  get holds(): boolean {
    return this.#items.held;
  }

  /** Takes the next event; resolves to what may leave now. Rejects with a Refusal. */
  async next(event: WireEvent, data: JsonObject): Promise<readonly WireEvent[]> {
    const first = data["sequence_number"];
    this.#numbering ??= new Numbering(typeof first === "number" ? first : 0, event.name !== undefined);
    return this.#number(await this.#read(event, data));
  }

  /** Ends what was being said. */
  async stop(): Promise<readonly WireEvent[]> {
    return this.#number(await this.#items.close());
  }

  async #read(event: WireEvent, data: JsonObject): Promise<readonly Leaving[]> {
    const type = textIn(data, "type");
    switch (type) {
      case "keepalive":
        return [{ told: { type } }];
      case "response.created":
      case "response.queued":
      case "response.in_progress":
        return [{ told: { type, response: this.#opened(data) } }];
      case "response.completed":
      case "response.incomplete":
      case "response.failed":
        return this.#end(data);
      case "error":
      case undefined:
        return this.#failed(event, data);
    }
    if (!this.#begun)
      throw unreadable("the answer does not start at its beginning, so it cannot be judged; ask for it without `starting_after`");
    return this.#items.next(type, data, event);
  }

  /** The answer so far, without any output of it: that comes in events of its own. */
  #opened(data: JsonObject): JsonObject {
    this.#begun = true;
    const response = objectIn(data, "response");
    if (response === undefined) throw unreadable("the answer begins without an answer");
    return { ...without(response, "output_text"), output: [] };
  }

  /** The server's own error is the client's to read; nothing that was held back goes out any more. */
  async #failed(event: WireEvent, data: JsonObject): Promise<readonly Leaving[]> {
    if (!data["error"] && textIn(data, "type") !== "error") throw unreadable("the answer has an event without a type");
    this.ended = true;
    return [...(await this.#items.close()), { told: data, came: event }];
  }

  async #end(data: JsonObject): Promise<readonly Leaving[]> {
    const response = objectIn(data, "response");
    if (response === undefined) throw unreadable("the answer ends without an answer");
    const { leaving, shown, held } = await this.#items.end(itemsOf(response));
    const whole = data["type"] === "response.completed" && isWhole(response);
    const { items, dropped } = await releaseItems(held, { answer: response, at: shown.length, whole }, this.#bench);
    const answer = { ...without(response, "output_text"), output: [...shown, ...items] };
    this.rest = {
      answer: await keepWithoutCalls(answer, dropped, this.#bench),
      events: (settled) => this.#number(this.#still(settled, shown.length, data).map((told) => ({ told }))),
    };
    this.ended = true;
    return leaving;
  }

  #still(settled: JsonObject, from: number, end: JsonObject): readonly Told[] {
    const items = objectsIn(settled, "output").slice(from);
    return [...items.flatMap((item, index) => itemEvents(item, from + index)), { type: end["type"] ?? "", response: settled }];
  }

  #number(leaving: readonly Leaving[]): readonly WireEvent[] {
    return leaving.flatMap(({ told, came }) => this.#numbering?.number(told, came) ?? []);
  }
}
