import { isDigit, isWordChar } from "../chars.ts";

/** A phone number and how sure it is. */
interface Phone {
  readonly start: number;
  readonly end: number;
  readonly confidence: number;
}

const LONGEST = 26;
const NANP = /(?:1[-. ])?(?:\(?[2-9]\d{2}\)?[-. ] ?)\d{3}[-. ]\d{4}(?![\w-])/y;
const CONTEXT =
  /(?:tel|phone|telefon|telephone|teléfono|mobile?|cell|fax|handy|call|whatsapp|тел)[a-zé.]{0,6}(?: (?:no|number|nr|me|us|at|is)\.?){0,2}[:#. ]{0,3}$/i;
const DATE = /^(?:\d{1,2}([-./ ])\d{1,2}\1(?:19|20)\d{2}|(?:19|20)\d{2}([-./ ])\d{1,2}\2\d{1,2})(?!\d)/;

/** The phone number that the digits at a place begin: international, North American, national with a leading 0, or after a word that says so. */
export function phoneEnd(text: string, at: number, groupEnd: number): Phone | undefined {
  const before = text.charCodeAt(at - 1);
  if (before === PLUS && !isDigit(text.charCodeAt(at - 2))) return numberAt(text, at - 1, at, 8, 15, 0.9);
  if (text.startsWith("00", at) && groupEnd - at >= 4) return numberAt(text, at, at + 2, 9, 15, 0.7);
  const start = before === OPEN ? at - 1 : at;
  const length = groupEnd - at;
  if (length === 3 || (length === 1 && text.charCodeAt(at) === ONE)) {
    NANP.lastIndex = start;
    if (NANP.test(text)) return { start, end: NANP.lastIndex, confidence: 0.8 };
  }
  if (text.charCodeAt(at) === ZERO && text.charCodeAt(at + 1) !== ZERO && length >= 2 && length <= 5) {
    const separator = text.charCodeAt(groupEnd);
    if (separator !== DOT && separator !== COMMA) return numberAt(text, start, at, 9, 12, 0.6);
  }
  if (length < 7 && ((length < 3 && before !== OPEN) || !isSeparator(text.charCodeAt(groupEnd)))) return undefined;
  return CONTEXT.test(text.slice(Math.max(0, start - 28), start)) ? numberAt(text, start, at, 7, 15, 0.7) : undefined;
}

/** Groups of digits with separators from a place on, so many digits at least and at most: as many groups as fit. */
function numberAt(text: string, start: number, from: number, least: number, most: number, confidence: number): Phone | undefined {
  if (DATE.test(text.slice(from, from + 12))) return undefined;
  let end = -1;
  let last = from;
  let digits = 0;
  for (let at = from; at - from < LONGEST; at++) {
    const code = text.charCodeAt(at);
    if (!isDigit(code)) {
      if (!isSeparator(code) || at - last > 1) break;
      continue;
    }
    if (++digits > most) break;
    last = at + 1;
    const next = text.charCodeAt(last);
    if (digits >= least && !isWordChar(next) && next !== COLON) end = last;
  }
  return end < 0 ? undefined : { start, end, confidence };
}

function isSeparator(code: number): boolean {
  return code === SPACE || code === HYPHEN || code === DOT || code === OPEN || code === CLOSE || code === SLASH;
}

const PLUS = 0x2b;
const ZERO = 0x30;
const ONE = 0x31;
const SPACE = 0x20;
const HYPHEN = 0x2d;
const DOT = 0x2e;
const COMMA = 0x2c;
const OPEN = 0x28;
const CLOSE = 0x29;
const SLASH = 0x2f;
const COLON = 0x3a;
