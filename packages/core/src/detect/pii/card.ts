import { isDigit } from "../chars.ts";

/** First digits and lengths of the payment brands: Visa, Mastercard, American Express, Discover, Diners, JCB, UnionPay, Maestro. */
const BRANDS: readonly { readonly from: number; readonly to: number; readonly lengths: readonly number[] }[] = [
  { from: 400000, to: 499999, lengths: [13, 16, 19] },
  { from: 510000, to: 559999, lengths: [16] },
  { from: 222100, to: 272099, lengths: [16] },
  { from: 340000, to: 349999, lengths: [15] },
  { from: 370000, to: 379999, lengths: [15] },
  { from: 601100, to: 601199, lengths: [16, 19] },
  { from: 622126, to: 622925, lengths: [16, 19] },
  { from: 644000, to: 659999, lengths: [16, 19] },
  { from: 300000, to: 305999, lengths: [14, 16] },
  { from: 360000, to: 369999, lengths: [14] },
  { from: 380000, to: 399999, lengths: [14, 16] },
  { from: 352800, to: 358999, lengths: [16, 19] },
  { from: 620000, to: 629999, lengths: [16, 17, 18, 19] },
  { from: 500000, to: 509999, lengths: [13, 14, 15, 16, 19] },
  { from: 560000, to: 589999, lengths: [13, 14, 15, 16, 19] },
];

/** How the digits of a card are written in groups behind the first four. */
const GROUPINGS: readonly (readonly number[])[] = [
  [4, 4, 4, 3],
  [4, 4, 4],
  [6, 5],
  [6, 4],
];

/** Where a payment card number ends that starts here: Luhn's check and a brand's first digits; -1 where none does. */
export function cardEnd(text: string, start: number, groupEnd: number): number {
  const length = groupEnd - start;
  if (length >= 13 && length <= 19) return isCard(text, start, groupEnd) ? groupEnd : -1;
  if (length !== 4) return -1;
  const separator = text.charCodeAt(groupEnd);
  if (separator !== SPACE && separator !== HYPHEN && separator !== DOT) return -1;
  for (const grouping of GROUPINGS) {
    const end = groupedEnd(text, groupEnd, grouping, separator);
    if (end > 0 && isCard(text, start, end)) return end;
  }
  return -1;
}

/** Where groups end that follow the first one. */
function groupedEnd(text: string, groupEnd: number, grouping: readonly number[], separator: number): number {
  let at = groupEnd;
  for (const size of grouping) {
    if (text.charCodeAt(at++) !== separator) return -1;
    for (const stop = at + size; at < stop; at++) if (!isDigit(text.charCodeAt(at))) return -1;
  }
  return isDigit(text.charCodeAt(at)) ? -1 : at;
}

function isCard(text: string, start: number, end: number): boolean {
  let head = 0;
  let length = 0;
  let sum = 0;
  // Luhn's sum doubles every other digit from the right on; from the left both ways are kept, since the length is not known
  let other = 0;
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) continue;
    if (length++ < 6) head = head * 10 + digit;
    const doubled = digit > 4 ? digit * 2 - 9 : digit * 2;
    [sum, other] = [other + digit, sum + doubled];
  }
  return sum % 10 === 0 && BRANDS.some(({ from, to, lengths }) => head >= from && head <= to && lengths.includes(length));
}

const SPACE = 0x20;
const HYPHEN = 0x2d;
const DOT = 0x2e;
