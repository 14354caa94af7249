import type { Sighting } from "./origin-view.ts";

const SHOWN = 40;
const WIDTH = 120;

/** What to say of a leaf: "`recipient` US13… was seen in the result of read_file #c1 (outside text)". */
export function describeSighting({ path, leaf, seen, weak }: Sighting): string {
  const name = path.map(String).join(".");
  const places = seen.map(({ origin, trusted }) => `${describeOrigin(origin)}${trusted ? "" : " (outside text)"}`);
  const where = places.length === 0 ? "was seen nowhere" : `was seen in ${places.join(", ")}`;
  const doubt = weak ? "; it is short or common, which proves little" : "";
  return `${name === "" ? "" : `\`${name}\` `}${printable(String(leaf), SHOWN)} ${where}${doubt}`;
}

function describeOrigin(origin: string): string {
  const [, tool, call] = /^tool:(.*)#(.*)$/s.exec(origin) ?? [];
  if (tool !== undefined) return `the result of ${tool} #${call}`;
  return origin === "user" ? "the user's words" : origin === "policy" ? "the policy" : `${origin} text`;
}

/** The place in a text where a leaf stands, with some words around, as one printable line; undefined where it is not found. */
export function excerptOf(text: string, leaf: string | number, width: number = WIDTH): string | undefined {
  const at = text.toLowerCase().indexOf(String(leaf).toLowerCase());
  if (at < 0) return undefined;
  const start = Math.max(0, at - Math.floor(width / 4));
  return printable(`${start > 0 ? "…" : ""}${text.slice(start)}`, width);
}

function printable(text: string, width: number): string {
  const line = text.slice(0, 4 * width).replaceAll(/[\s\p{C}]+/gu, " ").trim();
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}
