import { unreadable } from "./refusal.ts";
import { parseObject, type WireEvent } from "./wire.ts";

/** How long one event may be, in characters: more than an answer can be that anybody reads. */
const LONGEST_EVENT = 16 * 1024 * 1024;

/** The events of a body as the provider sends them. Throws a Refusal for one that is no JSON object, or is without end. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<WireEvent> {
  const decoder = new TextDecoder();
  const lines = new Lines();
  for await (const bytes of body) yield* lines.push(decoder.decode(bytes, { stream: true }));
  // a last event may lack the empty line behind it
  yield* lines.push(`${decoder.decode()}\n\n`);
}

/** The lines of a text that comes in pieces, put together as events. */
class Lines {
  #started = "";
  /** a carriage return at the end of the last piece: half a line break perhaps */
  #half = "";
  #name: string | undefined;
  #data: string | undefined;

  /** Takes a piece; gives the events that end in it. */
  *push(added: string): Generator<WireEvent> {
    if (added === "") return;
    const whole = this.#half + added;
    this.#half = whole.endsWith("\r") ? "\r" : "";
    const text = this.#half === "" ? whole : whole.slice(0, -1);
    let from = 0;
    let lf = text.indexOf("\n");
    let cr = text.indexOf("\r");
    while (lf !== -1 || cr !== -1) {
      const to = lf === -1 || (cr !== -1 && cr < lf) ? cr : lf;
      const event = this.#take(this.#started + text.slice(from, to));
      this.#started = "";
      from = to === cr && lf === cr + 1 ? lf + 1 : to + 1;
      if (lf !== -1 && lf < from) lf = text.indexOf("\n", from);
      if (cr !== -1 && cr < from) cr = text.indexOf("\r", from);
      if (event !== undefined) yield event;
    }
    this.#started += text.slice(from);
    if (this.#started.length + (this.#data?.length ?? 0) > LONGEST_EVENT)
      throw unreadable(`an event of the answer is longer than ${LONGEST_EVENT} characters`);
  }

  /** Takes a line; an empty one ends an event. Comments, which keep connections open, are none. */
  #take(line: string): WireEvent | undefined {
    if (line === "") return this.#end();
    if (line.startsWith("data:")) this.#data = this.#data === undefined ? valueOf(line, 5) : `${this.#data}\n${valueOf(line, 5)}`;
    else if (line.startsWith("event:")) this.#name = valueOf(line, 6);
    return undefined;
  }

  #end(): WireEvent | undefined {
    const data = this.#data;
    const named = this.#name === undefined ? {} : { name: this.#name };
    this.#data = undefined;
    this.#name = undefined;
    if (data === undefined || data === "") return undefined;
    if (data.startsWith("[DONE]")) return { ...named, data: "[DONE]" };
    const value = parseObject(data);
    if (value === undefined) throw unreadable("an event of the answer is no JSON object");
    return { ...named, data: value };
  }
}

function valueOf(line: string, from: number): string {
  return line.charAt(from) === " " ? line.slice(from + 1) : line.slice(from);
}

/** An event as text of a body. */
export function writeEvent({ name, data }: WireEvent): string {
  // as it was read: of a key that is there twice another reader might take the other value
  const text = data === "[DONE]" ? data : JSON.stringify(data);
  return name === undefined ? `data: ${text}\n\n` : `event: ${name}\ndata: ${text}\n\n`;
}
