import { CharacterClasses } from "./character.ts";
import { encodedTexts } from "./encoding.ts";
import { fold } from "./fold.ts";
import { hostsMeant } from "./host.ts";
import { DAY, type HashKey, keyedHash, NUMBER, parseHashKey, WORD } from "./keyed-hash.ts";
import { Likeness } from "./likeness.ts";
import { lookOf } from "./look.ts";
import { daysMeant, numbersMeant } from "./meaning.ts";
import { numeralAt } from "./numeral.ts";
import { ALIKE, DECODED, MEANT, NUMBERS, PrintWriter, STANDING, type SegmentKind } from "./print-format.ts";
import { unusualRegions } from "./region.ts";
import { separatorOf } from "./separator.ts";
import { tokenize } from "./token.ts";

/** How often what was decoded is decoded again. */
const LAYERS = 2;

/**
 * A source of prints under a key (32 hex digits: 16 random bytes): the keyed fingerprint of one text, packed as base64.
 * The text cannot be read from it without the key. Too long a text is a fault (`invalid-input`).
 */
export function printer(key: string): (text: string) => string {
  const hashKey = parseHashKey(key);
  const writer = new PrintWriter();
  const printing: Printing = { hashKey, classes: new CharacterClasses(), likeness: new Likeness(), writer };
  return (text) => {
    writer.start();
    printText(printing, text, STANDING, LAYERS);
    return writer.finish();
  };
}

/** What printing a text needs. */
interface Printing {
  readonly hashKey: HashKey;
  readonly classes: CharacterClasses;
  readonly likeness: Likeness;
  readonly writer: PrintWriter;
}

/** A text as it stands there, then what it looks like, means and holds. */
function printText(printing: Printing, text: string, kind: SegmentKind, layers: number): void {
  const folded = fold(text);
  printTokens(printing, folded, kind, kind === STANDING ? NUMBERS : MEANT);
  const regions = unusualRegions(folded);
  for (const region of regions) {
    const look = lookOf(printing.likeness, region);
    if (look !== region) printTokens(printing, look, kind === STANDING ? ALIKE : kind, MEANT);
  }
  printMeaning(printing, folded, regions, kind === STANDING ? ALIKE : kind);
  if (layers > 0) for (const inner of encodedTexts(text)) printText(printing, inner, DECODED, layers - 1);
}

function printTokens({ hashKey, classes, writer }: Printing, folded: string, kind: SegmentKind, ofNumbers: SegmentKind): void {
  let numbers: Set<number> | undefined;
  let numeralEnd = 0;
  writer.begin(kind);
  const after = tokenize(folded, classes, {
    word: (start, end, before, digits) => {
      const numeral = digits && start >= numeralEnd ? numeralAt(folded, start, classes) : undefined;
      if (numeral !== undefined) numeralEnd = numeral.end;
      if (numeral?.plain === false && Number.isFinite(numeral.value)) (numbers ??= new Set()).add(numeral.value);
      writer.add(keyedHash(hashKey, WORD, folded, start, end), separatorOf(hashKey, before), numeral?.plain === true);
    },
  });
  writer.end(separatorOf(hashKey, after));
  if (numbers === undefined) return;
  writer.begin(ofNumbers);
  for (const value of numbers) writer.add(keyedHash(hashKey, NUMBER, String(value)), "", false);
  writer.end("");
}

/** What numbers, days and URLs of a folded text mean, where that is not what they say. */
function printMeaning(printing: Printing, folded: string, regions: readonly string[], kind: SegmentKind): void {
  const { hashKey, writer } = printing;
  writer.begin(MEANT);
  for (const number of new Set(numbersMeant(folded))) writer.add(keyedHash(hashKey, NUMBER, String(number)), "", false);
  for (const day of new Set(daysMeant(folded))) writer.add(keyedHash(hashKey, DAY, day), "", false);
  writer.end("");
  for (const host of hostsMeant(folded, regions)) printTokens(printing, host, kind, MEANT);
}
