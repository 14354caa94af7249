import type { Sighting } from "./origin-view.ts";

const SHOWN = 40;
const WIDTH = 120;
/** how much of a text is looked through for an excerpt */
const LONGEST = 1_000_000;

/** What to say of a leaf: "`recipient` US13… was seen in the result of read_file #c1 (outside text)". */
export function describeSighting({ path, leaf, seen, weak }: Sighting): string {
  const name = path.map(String).join(".");
  const places = new Set(
    seen.map(({ origin, trusted, how }) => `${describeOrigin(origin)}${describeHow(how)}${trusted ? "" : " (outside text)"}`),
  );
  const where = places.size === 0 ? "was seen nowhere" : `was seen in ${[...places].join(", ")}`;
  const doubt = weak && places.size > 0 ? "; it is short or common, which proves little" : "";
  return `${name === "" ? "" : `\`${printable(name, SHOWN)}\` `}${printable(String(leaf), SHOWN)} ${where}${doubt}`;
}

function describeOrigin(origin: string): string {
  // a tool's name may hold `#`, a call's id may too: the last one is most likely the border
  const [, tool, call] = /^tool:(.*)#(.*)$/su.exec(origin) ?? [];
  if (tool !== undefined && call !== undefined) return `the result of ${printable(tool, SHOWN)} #${printable(call, SHOWN)}`;
  if (origin === "user") return "a user message";
  return origin === "policy" ? "the policy" : `${origin} text`;
}

function describeHow(how: Sighting["seen"][number]["how"]): string {
  switch (how) {
    case "exact":
      return "";
    case "alike":
      return " in another form";
    case "part":
      return " in part";
    case "decoded":
      return " encoded";
  }
}

/**
 * The place in a text where a leaf stands, or where letters and digits are the same, with some words around, as one
 * printable line of at most so many characters; undefined where it is not found.
 */
export function excerptOf(text: string, leaf: string | number, width: number = WIDTH): string | undefined {
  const head = text.slice(0, LONGEST);
  const span = spanOf(head, String(leaf));
  if (span === undefined) return undefined;
  const room = Math.max(0, width - (span.end - span.start));
  const start = Math.max(0, span.start - (room >> 1));
  const from = start === 0 ? 0 : wordStart(head, start, span.start);
  return printable(`${from > 0 ? "…" : ""}${head.slice(from, from + 4 * width)}`, width);
}

function spanOf(text: string, leaf: string): { readonly start: number; readonly end: number } | undefined {
  const sought = leaf.slice(0, SHOWN).toLowerCase();
  const at = sought.trim() === "" ? -1 : text.toLowerCase().indexOf(sought);
  // case folding may change lengths: then the place is not known to the character, and near it is enough
  if (at >= 0) return { start: Math.min(at, text.length), end: Math.min(at + sought.length, text.length) };
  const squashed = squashOf(sought);
  if (squashed.text.length < 4) return undefined;
  const whole = squashOf(text);
  const found = whole.text.indexOf(squashed.text);
  if (found < 0) return undefined;
  return { start: whole.places[found] ?? 0, end: (whole.places[found + squashed.text.length - 1] ?? 0) + 1 };
}

/** The letters and digits of a text, and where each stands. */
function squashOf(text: string): { readonly text: string; readonly places: readonly number[] } {
  const [letters, places]: [string[], number[]] = [[], []];
  for (const { 0: letter, index } of text.matchAll(/[\p{L}\p{N}]/gu)) {
    const folded = letter.normalize("NFKC").toLowerCase();
    for (const unit of folded) {
      letters.push(unit);
      places.push(index);
    }
  }
  return { text: letters.join(""), places };
}

/** The next start of a word, so that an excerpt does not cut one. */
function wordStart(text: string, from: number, before: number): number {
  const space = text.slice(from, before).search(/\s/);
  return space < 0 ? from : from + space + 1;
}

/** One line that shows what it holds: no control, format or bidirectional characters. */
function printable(text: string, width: number): string {
  const line = text
    .slice(0, 4 * width)
    .replaceAll(/[\s\p{C}]+/gu, " ")
    .trim();
  const characters = Array.from(line);
  return characters.length <= width ? line : `${characters.slice(0, width - 1).join("")}…`;
}
