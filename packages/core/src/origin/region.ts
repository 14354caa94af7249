/** How many characters around something unusual belong to it. */
const AROUND = 80;
const [PERCENT, AMPERSAND, LAST_ASCII] = [0x25, 0x26, 0x7f];
const ESCAPE = /%[0-9a-f]{2}|&#?[a-z0-9]{2,8};/y;
/** typographic characters that look like nothing else */
const PLAIN = /[\u00a0-\u00ac\u00ae-\u00bf\u2010\u2012-\u2016\u2018-\u2027\u2030-\u205e\u20a0-\u20cf\u2190-\u2bff\u3000-\u301f]/;

/** The pieces of a folded text that may look like, or stand for, something else than they are, with some text around. */
export function unusualRegions(text: string): readonly string[] {
  const regions: string[] = [];
  let [start, end] = [0, -1];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code <= LAST_ASCII && code !== PERCENT && code !== AMPERSAND) continue;
    if (!isUnusual(text, at, code)) continue;
    const from = Math.max(0, at - AROUND);
    if (end >= 0 && from > end) regions.push(piece(text, start, end));
    if (end < 0 || from > end) start = from;
    end = at + 1 + AROUND;
  }
  if (end >= 0) regions.push(piece(text, start, end));
  return regions;
}

function isUnusual(text: string, at: number, code: number): boolean {
  if (code > LAST_ASCII) return !PLAIN.test(text.charAt(at));
  ESCAPE.lastIndex = at;
  return ESCAPE.test(text);
}

/** A piece without the words that it would cut, where it can be cut between words. */
function piece(text: string, start: number, end: number): string {
  const cut = text.slice(start, end);
  const head = start === 0 ? -1 : cut.slice(0, AROUND).search(/\s/);
  const tail = end >= text.length ? -1 : cut.slice(-AROUND).search(/\s\S*$/);
  return cut.slice(Math.max(0, head), tail < 0 ? undefined : cut.length - AROUND + tail);
}
