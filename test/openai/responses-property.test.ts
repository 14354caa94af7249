import type { JsonObject } from "@sallyport/core";
import { expect, it } from "vitest";
import { benchOf, CARD } from "./responses-kit.ts";
import { calls, says, thinks, type Turn } from "./responses-server.ts";
import { body, expectSound, outputOf, readAll, streamed, streaming, textOf } from "./responses-streaming.ts";

const WORDS = [
  "hello ",
  " 4111 1111",
  " 1111 1111 ",
  ` ${CARD} `,
  "",
  " mail bob@example.com now ",
  '{"a":1}',
  "🙂🙂",
  "\ud83d",
  `${"x".repeat(90)} `,
];
const SECRET = /4111 1111 1111|bob@example/;

/** Turns that a seed makes. */
class Turns {
  #seed: number;
  #made = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  next(): Turn {
    const output = Array.from({ length: this.below(6) }, () => this.#item());
    return this.below(5) === 0 ? { output, more: { status: "incomplete" } } : { output };
  }

  below(end: number): number {
    this.#seed = (this.#seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor(this.#seed / 256) % end;
  }

  #text(): string {
    return Array.from({ length: this.below(4) }, () => WORDS[this.below(WORDS.length)] ?? "").join("");
  }

  #item(): JsonObject {
    this.#made += 1;
    switch (this.below(6)) {
      case 0:
        return calls(["look", "nuke", "pay"][this.below(3)] ?? "look", { amount: this.below(50) }, `c${this.#made}`);
      case 1:
        return thinks(this.#text());
      case 2:
        return says("", {
          content: Array.from({ length: this.below(3) }, () => ({ type: "output_text", text: this.#text(), annotations: [] })),
        });
      case 3:
        return says("", { content: [{ type: "refusal", refusal: this.#text() }] });
      case 4:
        return { id: `ig_${this.#made}`, type: "image_generation_call", status: "completed", result: "" };
      default:
        return says(this.#text());
    }
  }
}

it.each([1, 2, 3, 4, 5, 6, 7, 8])(
  "a streamed answer says what the whole one says, and the client's helper takes it (seed %i)",
  async (seed) => {
    const turns = new Turns(seed);
    for (let nth = 0; nth < 5; nth += 1) {
      const turn = turns.next();
      await using whole = await benchOf([turn]);
      const { output } = await whole.client.responses.create(body);
      const sent = streamed(turn, [1, 3, 17, 1000][turns.below(4)]);
      await using bench = await streaming(sent);
      const { events, error } = await readAll(bench.client);
      expect(error).toBeUndefined();
      expectSound(events);
      expect(textOf(outputOf(events))).toBe(textOf(output));
      expect(outputOf(events).map(({ type }) => type)).toEqual(output.map(({ type }) => type));
      expect(SECRET.test(JSON.stringify(events))).toBe(SECRET.test(JSON.stringify(output)));
      // each call is let go once a session
      await using other = await streaming(sent);
      const final = await other.client.responses.stream(body).finalResponse();
      expect(final.output.map(({ type }) => type)).toEqual(output.map(({ type }) => type));
    }
  },
);
