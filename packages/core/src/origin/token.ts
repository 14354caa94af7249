import { type CharacterClasses, DIGIT, LETTER, MARK, QUOTE, SPACE } from "./character.ts";

/** White space stands before a token. */
export const AFTER_SPACE = 1;
/** A token is a mark: its code point stands for it, not a hash. */
export const IS_MARK = 2;
/** A token is a whole number of the text, written as JSON writes it. */
export const IS_NUMBER = 4;

/** Gets the tokens of a text: words (runs of letters and digits) by where they stand, and marks by their code point. */
export interface TokenSink {
  readonly word: (start: number, end: number, flags: number, digits: boolean) => void;
  readonly mark: (point: number, flags: number) => void;
}

/** Cuts a folded text into words and marks. White space is a flag of what follows it, quotes only end words. */
export function tokenize(text: string, classes: CharacterClasses, sink: TokenSink): void {
  const ascii = classes.ascii();
  let flags = AFTER_SPACE;
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    const point = code < 128 ? code : (text.codePointAt(at) ?? code);
    const kind = code < 128 ? (ascii[code] ?? MARK) : classes.of(point);
    if (kind === LETTER || kind === DIGIT) {
      const start = at;
      at = wordEnd(text, at, classes, ascii);
      sink.word(start, at, flags, kind === DIGIT);
      flags = 0;
      continue;
    }
    at += point > 0xffff ? 2 : 1;
    if (kind === SPACE) flags = AFTER_SPACE;
    if (kind !== MARK) continue;
    sink.mark(point, flags | IS_MARK);
    flags = 0;
  }
}

function wordEnd(text: string, start: number, classes: CharacterClasses, ascii: Uint8Array): number {
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const point = code < 128 ? code : (text.codePointAt(at) ?? code);
    const kind = code < 128 ? (ascii[code] ?? MARK) : classes.of(point);
    if (kind === MARK || kind === SPACE || kind === QUOTE) return at;
    at += point > 0xffff ? 2 : 1;
  }
  return at;
}
