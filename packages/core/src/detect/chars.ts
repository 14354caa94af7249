/** What a character means to the one pass over a text. */
export const OTHER = 0;
export const LETTER = 1;
export const DIGIT = 2;
/** `_` and `-`: inside tokens, between words */
export const JOINT = 3;
/** where a probe may want to look */
const MARK = 4;
/** a character of a script without spaces: two of them count as a word */
export const HAN = 5;

/** What each UTF-16 unit means, given the marks. */
export function charClasses(marks: string): Uint8Array {
  const classes = Uint8Array.from({ length: 0x10000 }, (_, code) => classOf(code));
  for (const char of "_-") classes[char.charCodeAt(0)] = JOINT;
  for (const char of marks) classes[char.charCodeAt(0)] = MARK;
  return classes;
}

/** What a character means that is no mark. */
export function classOf(code: number): number {
  if (code < 0x80) return isLetter(code) ? LETTER : isDigit(code) ? DIGIT : OTHER;
  if (code < 0xaa || code === 0xd7 || code === 0xf7) return OTHER;
  if (code >= 0x2000 && code < 0x2c00) return OTHER;
  if (code >= 0x3000 && code < 0x3040) return OTHER;
  if (code >= 0x3040 && code < 0xa000) return HAN;
  if (code >= 0xd800 && code < 0xf900) return OTHER;
  return code >= 0xfe00 && code < 0xff66 ? OTHER : LETTER;
}

/** Whether a character is an ASCII letter or digit; false for the NaN beyond an end. */
export function isAlnum(code: number): boolean {
  return isDigit(code) || isLetter(code);
}

/** Whether a character is an ASCII digit. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Whether a character is an ASCII letter. */
export function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

/** Whether a character is an ASCII capital. */
export function isUpper(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

/** Whether a character is part of a word: what stands beside a finding makes it a part of something else. */
export function isWordChar(code: number): boolean {
  return isAlnum(code) || code === 0x5f || code > 0xaa;
}
