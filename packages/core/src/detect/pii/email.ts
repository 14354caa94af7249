import { isAlnum, isDigit, isWordChar } from "../chars.ts";
import type { Probe } from "../probe.ts";

const LONGEST_LOCAL = 64;
const LONGEST_LABEL = 63;
const LONGEST_DOMAIN = 253;

/** An e-mail address around an `@`: RFC 5321's lengths, unquoted local parts. */
export const probeEmail: Probe = (text, at, report) => {
  let start = at;
  while (start > 0 && at - start < LONGEST_LOCAL && isLocal(text.charCodeAt(start - 1))) start--;
  while (start < at && LOCAL_MARKS.includes(text.charAt(start))) start++;
  if (start === at || text.charCodeAt(at - 1) === DOT) return at + 1;
  const end = domainEnd(text, at + 1);
  if (end < 0) return at + 1;
  report("email", start, end, 0.95);
  return end;
};

/** Where a domain name with at least two labels ends that starts here; -1 where none does. */
export function domainEnd(text: string, start: number): number {
  let end = -1;
  let label = start;
  let labels = 0;
  for (let at = start; at - start <= LONGEST_DOMAIN; at++) {
    const code = text.charCodeAt(at);
    if (isWordChar(code) || (code === HYPHEN && at > label)) {
      if (at - label >= LONGEST_LABEL) return end;
      continue;
    }
    if (at === label) break;
    labels++;
    if (labels > 1 && !isDigit(text.charCodeAt(at - 1)) && text.charCodeAt(at - 1) !== HYPHEN && at - label > 1) end = at;
    if (code !== DOT) break;
    label = at + 1;
  }
  return end;
}

const DOT = 0x2e;
const HYPHEN = 0x2d;
/** fewer than the standard allows: in texts `/`, `=`, `?` stand before an address more often than in it */
const LOCAL_MARKS = "._%+'-&";

function isLocal(code: number): boolean {
  return isAlnum(code) || code > 0xaa || (code < 128 && LOCAL_MARKS.includes(String.fromCharCode(code)));
}
