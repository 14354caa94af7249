import type { Problem } from "../error.ts";
import { numberDefect, stringDefect } from "./limits.ts";

/** A problem in a JSON text, with the offset in UTF-16 units. */
export interface TextProblem extends Problem {
  readonly offset: number;
}

/** Thrown and caught within a reading: the text is of no use. */
export class Unreadable extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** The place of an offset in a text. */
export function problemAt(text: string, offset: number, message: string): TextProblem {
  const before = text.slice(0, offset).split("\n");
  return { message, offset, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** The tokens of a JSON text, one after the other; holds the position. */
export class Scanner {
  readonly text: string;
  at = 0;
  readonly #onDefect: (message: string, offset: number) => void;

  /** `onDefect` hears of tokens that JSON's grammar allows and that are no JSON value of ours; it may throw. */
  constructor(text: string, onDefect: (message: string, offset: number) => void) {
    this.text = text;
    this.#onDefect = onDefect;
  }

  /** The unit of the next token, which stays to be read; NaN at the end. */
  peek(): number {
    let unit = this.text.charCodeAt(this.at);
    while (unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09) unit = this.text.charCodeAt(++this.at);
    return unit;
  }

  /** Reads one punctuation mark, if it is the next token. */
  take(mark: number): boolean {
    if (this.peek() !== mark) return false;
    this.at++;
    return true;
  }

  /** Ends the reading at the next token. */
  fail(wanted: string): never {
    const found = Number.isNaN(this.peek()) ? "the end" : `\`${String.fromCodePoint(this.text.codePointAt(this.at) ?? 0)}\``;
    throw new Unreadable(`${wanted} should stand here, not ${found}`, this.at);
  }

  /** Reads a string whose opening quote is the next token. */
  string(): string {
    const text = this.text;
    const start = this.at;
    let halves = false;
    for (let at = start + 1; ; at++) {
      const unit = text.charCodeAt(at);
      if (unit === QUOTE) return this.#stringTo(at + 1, text.slice(start + 1, at), halves);
      if (!(unit >= 0x20) || unit === BACKSLASH) return this.#escaped(at);
      if ((unit & 0xf800) === 0xd800) halves = true;
    }
  }

  /** Reads a number, `true`, `false` or `null`. */
  scalar(): number | boolean | null {
    switch (this.text.charCodeAt(this.at)) {
      case 0x74:
        return this.#word("true", true);
      case 0x66:
        return this.#word("false", false);
      case 0x6e:
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  /** Reads on from the first backslash, or from what may not stand in a string. */
  #escaped(first: number): string {
    const text = this.text;
    let value = "";
    let start = this.at + 1;
    for (let at = first; ; at++) {
      const unit = text.charCodeAt(at);
      if (unit === QUOTE) return this.#stringTo(at + 1, value + text.slice(start, at), true);
      if (Number.isNaN(unit)) throw new Unreadable("the string does not end", at);
      if (unit < 0x20) throw new Unreadable("a control character stands in a string", at);
      if (unit !== BACKSLASH) continue;
      value += text.slice(start, at) + this.#unescape(at);
      at += text.charCodeAt(at + 1) === 0x75 ? 5 : 1;
      start = at + 1;
    }
  }

  #unescape(at: number): string {
    const letter = this.text.charAt(at + 1);
    const plain = ESCAPES.get(letter);
    if (plain !== undefined) return plain;
    const digits = this.text.slice(at + 2, at + 6);
    if (letter !== "u" || !HEX.test(digits)) throw new Unreadable("an escape is not one of JSON's", at);
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #stringTo(end: number, value: string, mayHaveHalves: boolean): string {
    const defect = mayHaveHalves ? stringDefect(value) : undefined;
    if (defect !== undefined) this.#onDefect(defect, this.at);
    this.at = end;
    return value;
  }

  #number(): number {
    NUMBER.lastIndex = this.at;
    if (!NUMBER.test(this.text)) this.fail("a value");
    const value = Number(this.text.slice(this.at, NUMBER.lastIndex));
    const defect = numberDefect(value);
    if (defect !== undefined) this.#onDefect(defect, this.at);
    this.at = NUMBER.lastIndex;
    return value;
  }

  #word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.fail("a value");
    this.at += word.length;
    return value;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const HEX = /^[0-9a-fA-F]{4}$/;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);
