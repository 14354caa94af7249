import { type CharacterClasses, DIGIT, LETTER, MARK, QUOTE, SPACE } from "./character.ts";

/** Gets the words of a text (runs of letters and digits) by where they stand, each with what stands before it: marks, and one space for white space. */
export interface TokenSink {
  readonly word: (start: number, end: number, before: string, digits: boolean) => void;
}

/** Cuts a folded text into words; quotes only end words. Returns what stands after the last one. */
export function tokenize(text: string, classes: CharacterClasses, sink: TokenSink): string {
  const ascii = classes.ascii();
  let before = "";
  // asked of the text itself, a long run of marks would be put together anew for each of them
  let spaced = false;
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    const point = code < 128 ? code : (text.codePointAt(at) ?? code);
    const kind = code < 128 ? (ascii[code] ?? MARK) : classes.of(point);
    if (kind === LETTER || kind === DIGIT) {
      const start = at;
      at = wordEnd(text, at, classes, ascii);
      sink.word(start, at, before, kind === DIGIT);
      before = "";
      spaced = false;
      continue;
    }
    const end = at + (point > 0xffff ? 2 : 1);
    if (kind === SPACE && !spaced) before += " ";
    else if (kind === MARK) before += text.slice(at, end);
    spaced = kind === SPACE || (spaced && kind !== MARK);
    at = end;
  }
  return before;
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
