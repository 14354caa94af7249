import { type CharacterClasses, DIGIT, LETTER } from "./character.ts";

const NUMERAL = /\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![a-z0-9])/y;

/** A number that a text writes, and where its digits end. */
export interface Numeral {
  readonly value: number;
  readonly end: number;
  /** it stands there as JSON writes it: the word itself says all */
  readonly plain: boolean;
}

/** The longest number that starts with this word of a folded text; undefined where the word only starts with digits. */
export function numeralAt(text: string, start: number, classes: CharacterClasses): Numeral | undefined {
  NUMERAL.lastIndex = start;
  const [digits] = NUMERAL.exec(text) ?? [];
  if (digits === undefined || isWordAt(text, start + digits.length, classes)) return undefined;
  const end = start + digits.length;
  const fraction = text[start - 1] === "." && !isWordAt(text, start - 2, classes);
  const signAt = fraction ? start - 2 : start - 1;
  const negative = (text[signAt] === "-" || text[signAt] === "−") && !isWordAt(text, signAt - 1, classes);
  const value = Number(`${negative ? "-" : ""}${fraction ? "0." : ""}${digits}`);
  return { value, end, plain: String(value) === digits && /^\d+$/.test(digits) };
}

function isWordAt(text: string, at: number, classes: CharacterClasses): boolean {
  const unit = at < 0 ? undefined : text.charCodeAt(at);
  // the second half of a pair: the character starts before it
  const start = unit !== undefined && unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
  const point = start < 0 ? undefined : text.codePointAt(start);
  const kind = point === undefined ? undefined : classes.of(point);
  return kind === LETTER || kind === DIGIT;
}
