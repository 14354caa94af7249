/** A part of a text that people do not see: an HTML comment, an element that is not shown, a Markdown comment. */
export interface Hidden {
  readonly start: number;
  readonly end: number;
}

const LONGEST = 1000;
const UNSHOWN =
  /<[a-z][a-z0-9]{0,9}\s[^<>]{0,200}?(?:display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden|font-size\s{0,3}:\s{0,3}[01](?:px|pt|em)?\s{0,3}[;"']|opacity\s{0,3}:\s{0,3}0\s{0,3}[;"']|color\s{0,3}:\s{0,3}(?:transparent|white|#fff(?:fff)?)\b|\shidden(?=[\s>]))[^<>]{0,200}>/iy;
const REMARK = /\[(?:\/\/|comment)\]: ?(?:#|<>) ?[("'][^\n]{0,400}/iy;

/** The hidden part that a `<` or `[` begins; undefined where it begins none. */
export function hiddenAt(text: string, at: number): Hidden | undefined {
  if (text[at] === "[") {
    REMARK.lastIndex = at;
    return REMARK.test(text) ? { start: at, end: REMARK.lastIndex } : undefined;
  }
  if (text.startsWith("<!--", at)) return { start: at, end: endBehind(text, at + 4, "-->") };
  UNSHOWN.lastIndex = at;
  return UNSHOWN.test(text) ? { start: at, end: endBehind(text, UNSHOWN.lastIndex, "</") } : undefined;
}

function endBehind(text: string, from: number, mark: string): number {
  const part = text.slice(from, from + LONGEST);
  const at = part.indexOf(mark);
  return from + (at < 0 ? part.length : at + mark.length);
}
