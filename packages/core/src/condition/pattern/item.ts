/** A set of characters: of the first 128 by their codes, of all others together. */
export interface Characters {
  readonly ascii: readonly boolean[];
  readonly others: boolean;
}

/** One place of a pattern: characters that may stand there, and how often. */
export interface Item {
  readonly of: Characters;
  readonly least: number;
  /** may be Infinity */
  readonly most: number;
}

/** A plain pattern: items in a row, tied to the start or the end of the text. */
export interface Items {
  readonly start: boolean;
  readonly end: boolean;
  readonly items: readonly Item[];
}

/** RE2 takes no greater count. */
const MOST = 1_000;

/** An item as it is written: a character, an escape or a class, and a count that nothing follows which would change it; `{01}` is no count. */
const ITEM =
  /(?:(?<class>\[\^?(?:[^\]\\[^&-]|\\[dws]|\\[^a-zA-Z0-9])(?:[^\]\\[&]|\\[dws]|\\[^a-zA-Z0-9])*\])|\\(?<escaped>[dws]|[^a-zA-Z0-9])|(?<plain>[^\\^$.|?*+()[\]{}])|(?<any>\.))(?:(?<sign>[?*+])|\{(?<least>0|[1-9][0-9]{0,3})(?:(?<range>,)(?<most>0|[1-9][0-9]{0,3})?)?\})?(?![?*+{])/y;

/** Reads a pattern of items in a row, ASCII throughout; undefined where it is anything more than that. */
export function readItems(source: string): Items | undefined {
  if (!/^[\x20-\x7e]*$/.test(source)) return undefined;
  const start = source.startsWith("^");
  const end = source.endsWith("$") && !source.endsWith("\\$");
  const body = source.slice(start ? 1 : 0, end ? -1 : undefined);
  const items: Item[] = [];
  const reader = new RegExp(ITEM);
  while (reader.lastIndex < body.length) {
    const found = reader.exec(body)?.groups;
    const item = found === undefined ? undefined : itemOf(found);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return { start, end, items };
}

type Groups = Readonly<Record<string, string | undefined>>;

function itemOf(found: Groups): Item | undefined {
  const of = charactersOf(found);
  const [least, most] = countOf(found);
  const known = of !== undefined && least <= most && least <= MOST && (most <= MOST || most === Number.POSITIVE_INFINITY);
  return known ? { of, least, most } : undefined;
}

function countOf({ sign, least, range, most }: Groups): readonly [number, number] {
  if (sign !== undefined) return [sign === "+" ? 1 : 0, sign === "?" ? 1 : Number.POSITIVE_INFINITY];
  if (least === undefined) return [1, 1];
  if (range === undefined) return [Number(least), Number(least)];
  return [Number(least), most === undefined ? Number.POSITIVE_INFINITY : Number(most)];
}

function charactersOf(found: Groups): Characters | undefined {
  if (found["any"] !== undefined) return without(charactersIn([["\n", "\n"]]));
  if (found["plain"] !== undefined) return charactersIn([[found["plain"], found["plain"]]]);
  if (found["escaped"] !== undefined) return charactersIn(escapeOf(found["escaped"]));
  return classOf(found["class"] ?? "");
}

type Ranges = readonly (readonly [from: string, to: string])[];

function escapeOf(character: string): Ranges {
  switch (character) {
    case "d":
      return [["0", "9"]];
    case "w":
      return [
        ["0", "9"],
        ["A", "Z"],
        ["_", "_"],
        ["a", "z"],
      ];
    case "s":
      return [
        ["\t", "\n"],
        ["\f", "\r"],
        [" ", " "],
      ];
    default:
      return [[character, character]];
  }
}

/** `[a-z0-9_.]` and its like; undefined where a hyphen is more than a range of two plain characters, or the last of all. */
function classOf(written: string): Characters | undefined {
  const negated = written.startsWith("[^");
  const ranges: (readonly [string, string])[] = [];
  const inside = written.slice(negated ? 2 : 1, -1);
  for (const { index, 0: part, 1: from, 2: to, 3: escaped } of inside.matchAll(/([^\\-])-([^\\-])|\\(.)|[^\\]/g)) {
    if (part === "-" && index < inside.length - 1) return undefined;
    if (escaped !== undefined) ranges.push(...escapeOf(escaped));
    else ranges.push([from ?? part, to ?? part]);
  }
  if (ranges.some(([from, to]) => from > to)) return undefined;
  const found = charactersIn(ranges);
  return negated ? without(found) : found;
}

function charactersIn(ranges: Ranges): Characters {
  const ascii = Array.from({ length: 128 }, () => false);
  for (const [from, to] of ranges) ascii.fill(true, from.charCodeAt(0), to.charCodeAt(0) + 1);
  return { ascii, others: false };
}

function without({ ascii, others }: Characters): Characters {
  return { ascii: ascii.map((there) => !there), others: !others };
}
