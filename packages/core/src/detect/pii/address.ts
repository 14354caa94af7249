import { isDigit, isUpper } from "../chars.ts";
import type { Report } from "../probe.ts";

/** Words that end a street's name in English; the number stands before. */
export const STREETS: readonly string[] =
  "street st avenue ave road rd lane ln boulevard blvd drive dr court ct place pl square terrace parkway pkwy highway hwy way crescent close".split(
    " ",
  );
/** Words that begin a street's name in Romance languages and Russian; the number stands before or after. */
export const WAYS: readonly string[] = "rue calle avenida rua via viale piazza plaza paseo corso chemin allee улица ул проспект".split(" ");

const UNIT = /,? (?:Apt|Apartment|Suite|Ste|Unit|Floor|Fl|#)\.? ?[\dA-Z][\w-]{0,6}/y;
const TOWN =
  /,? {0,2}\n?(?:[A-Z][A-Za-z.'-]{1,24}(?: [A-Z][A-Za-z.'-]{1,24}){0,2},? )?(?:[A-Z]{2},? )?(?:\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\b/y;
const AFTER =
  /(?: (?:de|del|della|des|du|la|le|las|los|da|do|dos|di|d'|l'))?(?: ?[\p{Lu}][\p{L}.'-]{1,24}){1,4},? ?(?:n[.º°o]{0,2} ?)?\d{1,4}[a-z]?\b/uy;
const NAME = /(?: (?:de|du|des|d'|l'|la|le|les)){0,2}(?: ?[\p{Lu}][\p{L}.'-]{1,24}){1,3}/uy;

/** An address around the word for a street that follows its name: `221B Baker Street, London NW1 6XE`. */
export function addressBeforeWord(text: string, start: number, end: number, report: Report): void {
  if (!isUpper(text.charCodeAt(start))) return;
  let at = start;
  for (let words = 0; words < 4; words++) {
    const from = wordBefore(text, at);
    if (from < 0) return;
    const code = text.charCodeAt(from);
    at = from;
    if (isDigit(code)) {
      // `5th` is a part of the name
      if (words === 0 && /^\d{1,3}(?:st|nd|rd|th) /.test(text.slice(from, start))) continue;
      if (words > 0) report("address", at, tail(text, end), 0.8);
      return;
    }
    if (!isUpper(code)) return;
  }
}

/** A post office box, at the word for it: `P.O. Box 1234`. */
export function addressAtBox(text: string, start: number, end: number, report: Report): void {
  const before = /(?:P\.? ?O\.?|Post Office) $/i.exec(text.slice(Math.max(0, start - 12), start));
  const after = /^ \d{1,6}\b/.exec(text.slice(end, end + 8));
  if (before !== null && after !== null) report("address", start - before[0].length, tail(text, end + after[0].length), 0.8);
}

/** An address after the word for a street: `12 rue de la Paix`, `Calle Mayor 5`. */
export function addressAfterWord(text: string, start: number, end: number, report: Report): void {
  const number = wordBefore(text, start);
  const numbered = number >= 0 && isDigit(text.charCodeAt(number)) && start - number <= 7;
  const shape = numbered ? NAME : AFTER;
  shape.lastIndex = text[end] === "." ? end + 1 : end;
  if (shape.test(text)) report("address", numbered ? number : start, tail(text, shape.lastIndex), 0.7);
}

const GERMAN =
  /(?:\p{Lu}[\p{L}-]{1,30}(?:straße|strasse|str\.|weg|gasse|platz|allee|ring|damm|ufer)|\p{Lu}\p{L}{1,20} (?:Straße|Strasse|Str\.|Weg|Gasse|Platz|Allee|Ring|Damm|Ufer)) $/u;

/** An address whose number stands behind the name of its street: `Lindenstraße 12, 10969 Berlin`. */
export function addressBeforeNumber(text: string, at: number, end: number, report: Report): void {
  if (text[at - 1] !== " " || !".efgmrz".includes(text[at - 2] ?? " ")) return;
  const match = GERMAN.exec(text.slice(Math.max(0, at - 42), at));
  if (match !== null) report("address", at - match[0].length, tail(text, /[a-z]/.test(text[end] ?? "") ? end + 1 : end), 0.8);
}

/** Where an address ends that has its street and number: flat, town and code may follow. */
function tail(text: string, end: number): number {
  let at = end;
  for (const part of [UNIT, TOWN]) {
    part.lastIndex = at;
    if (part.test(text)) at = part.lastIndex;
  }
  return at;
}

/** Where the word before a place starts that a single space (or a comma with one) separates from it; -1 where none does. */
function wordBefore(text: string, start: number): number {
  if (text[start - 1] !== " ") return -1;
  let at = start - 1;
  if (text[at - 1] === ",") at--;
  const end = at;
  while (at > 0 && end - at < 24 && !" \n\t".includes(text[at - 1] ?? " ")) at--;
  return at < end ? at : -1;
}
