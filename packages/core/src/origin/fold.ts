import { SallyportError } from "../error.ts";

/** The longest text that is looked at, in UTF-16 units: 16 MiB. */
const LONGEST_TEXT: number = 16 * 1024 * 1024;

const CHUNK = 65_536;
const NOT_ASCII = /\P{ASCII}/u;
const ESCAPE = /(?<!\\)\\+(?:u([0-9a-f]{4})|x([0-9a-f]{2})|([nrtbfv])|u\{([0-9a-f]{1,6})\})/gi;

/** A text in the form in which values are compared: escapes undone, NFKC, case folded. Too long a text is a fault (`invalid-input`). */
export function fold(text: string): string {
  if (text.length > LONGEST_TEXT) throw tooLong();
  const ascii = !NOT_ASCII.test(text);
  const composed = ascii ? text : compose(text);
  const plain = composed.includes("\\") ? undoEscapes(composed) : composed;
  return ascii && plain === composed ? plain.toLowerCase() : foldCase(plain);
}

/** The characters that `\n`, `\u0041` and the like stand for; a run of backslashes counts as one, since texts are quoted in quotes. */
function undoEscapes(text: string): string {
  return text.replace(ESCAPE, (_, unit?: string, byte?: string, _space?: string, point?: string) => {
    const code = Number.parseInt(unit ?? byte ?? point ?? "20", 16);
    return code > 0x10ffff ? " " : String.fromCodePoint(code);
  });
}

function foldCase(text: string): string {
  const lower = compose(text).toLowerCase();
  return NOT_ASCII.test(lower) ? lower.replaceAll("ß", "ss").replaceAll("ς", "σ") : lower;
}

/** NFKC in pieces: a single character can become eighteen, so that the length is watched on the way. */
function compose(text: string): string {
  if (text.length <= CHUNK) return text.normalize("NFKC");
  const pieces: string[] = [];
  let length = 0;
  for (let start = 0; start < text.length;) {
    const end = cutAfter(text, start + CHUNK);
    const piece = text.slice(start, end).normalize("NFKC");
    length += piece.length;
    if (length > 2 * LONGEST_TEXT) throw tooLong();
    pieces.push(piece);
    start = end;
  }
  return pieces.join("");
}

/** Where to cut: before an ASCII character, which composes with nothing before it. */
function cutAfter(text: string, wanted: number): number {
  let at = wanted;
  while (at < text.length && at < wanted + CHUNK && text.charCodeAt(at) > 0x7f) at++;
  return Math.min(at, text.length);
}

function tooLong(): SallyportError {
  return new SallyportError("invalid-input", `a text is longer than ${LONGEST_TEXT} characters`);
}
