import type { Report } from "./probe.ts";

const SUSPECT = /[\p{Cf}\u{34f}\u{e0000}-\u{e007f}]/u;
/** How many invisible characters in a row are no accident of writing. */
const RUN = 4;

/** Finds text that is there but not to be seen: runs of invisible characters, tag characters that spell ASCII, and overrides of the writing direction. */
export function findInvisible(text: string, report: Report): void {
  if (!SUSPECT.test(text)) return;
  for (let at = 0; at < text.length;) {
    const end = invisibleEnd(text, at);
    if (end > at) {
      const tags = tagsIn(text, at, end);
      // a flag of a part of a country (England's) is spelt with up to six tags behind a black flag
      const flag = text.startsWith("\u{1f3f4}", at - 2) && tags <= 7;
      if ((tags > 1 && !flag) || (end - at >= RUN && tags === 0)) report("hidden-text", at, end, tags > 1 ? 0.95 : 0.7);
      at = end;
      continue;
    }
    const code = text.charCodeAt(at);
    if (code === 0x202d || code === 0x202e) report("hidden-text", at, at + 1, 0.8);
    at++;
  }
}

function invisibleEnd(text: string, start: number): number {
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === 0xdb40) at += 2;
    else if (
      (code >= 0x200b && code <= 0x200f) ||
      (code >= 0x2060 && code <= 0x2064) ||
      code === 0xfeff ||
      code === 0x034f ||
      code === 0x180e ||
      code === 0xad
    )
      at++;
    else if (code >= 0xfe00 && code <= 0xfe0f && at > start) at++;
    else return Math.min(at, text.length);
  }
}

function tagsIn(text: string, start: number, end: number): number {
  let tags = 0;
  for (let at = start; at < end; at++) {
    const point = text.codePointAt(at) ?? 0;
    if (point >= 0xe0000 && point <= 0xe007f) tags++;
    if (point > 0xffff) at++;
  }
  return tags;
}
