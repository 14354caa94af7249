/** How many characters around something unusual belong to it. */
const AROUND = 80;
const UNUSUAL = /\P{ASCII}+|%[0-9a-f]{2}|&#?[a-z0-9]{2,8};/gu;
const NOT_ASCII = /\P{ASCII}/u;
/** typographic characters that look like nothing else */
const PLAIN = /^[\u00a0-\u00ac\u00ae-\u00bf\u2010\u2012-\u2016\u2018-\u2027\u2030-\u205e\u20a0-\u20cf\u2190-\u2bff\u3000-\u301f]+$/;

/** The pieces of a folded text that may look like, or stand for, something else than they are, with some text around. */
export function unusualRegions(text: string): readonly string[] {
  const regions: string[] = [];
  if (!text.includes("%") && !text.includes("&") && !NOT_ASCII.test(text)) return regions;
  let [start, end] = [0, -1];
  for (const match of text.matchAll(UNUSUAL)) {
    if (PLAIN.test(match[0])) continue;
    const from = Math.max(0, match.index - AROUND);
    if (end >= 0 && from > end) {
      regions.push(piece(text, start, end));
      end = -1;
    }
    if (end < 0) start = from;
    end = match.index + match[0].length + AROUND;
  }
  if (end >= 0) regions.push(piece(text, start, end));
  return regions;
}

/** A piece without the words that it would cut, where it can be cut between words. */
function piece(text: string, start: number, end: number): string {
  const cut = text.slice(start, end);
  const head = start === 0 ? -1 : cut.slice(0, AROUND).search(/\s/);
  const tail = end >= text.length ? -1 : cut.slice(-AROUND).search(/\s\S*$/);
  return cut.slice(Math.max(0, head), tail < 0 ? undefined : cut.length - AROUND + tail);
}
