import { isAlnum, isLetter, isWordChar } from "../chars.ts";
import type { Probe, Sensor } from "../probe.ts";
import { domainEnd } from "../pii/email.ts";
import { COUNTRIES, GENERIC, WORDS } from "./tld.ts";

const LONGEST_SCHEME = 16;
const DATA = /data:[A-Za-z0-9.+/-]{0,64}(?:;[A-Za-z0-9=.+-]{1,64}){0,3},/y;
const IMAGE = /!\[[^[\]\n]{0,200}\]\([ <]{0,2}(?=[^\s()<>]{1,64})/y;

/** A URL around a colon: `SCHEME://…`, `mailto:…`, `data:…`. */
const probeColon: Probe = (text, at, report) => {
  const before = text.charCodeAt(at - 1) | 0x20;
  // `mailto:` and `data:`, or slashes behind
  if (before !== 0x6f && before !== 0x61 && text.charCodeAt(at + 1) !== 0x2f) return at + 1;
  let start = at;
  while (start > 0 && at - start < LONGEST_SCHEME && isScheme(text.charCodeAt(start - 1))) start--;
  const scheme = text.slice(start, at).toLowerCase();
  if (scheme === "mailto" && isAlnum(text.charCodeAt(at + 1))) {
    const end = urlEnd(text, at + 1);
    report("mailto", start, end, 0.95);
    return end;
  }
  if (scheme === "data") {
    DATA.lastIndex = start;
    if (!DATA.test(text)) return at + 1;
    const end = urlEnd(text, DATA.lastIndex);
    report("data-uri", start, end, 0.95);
    return end;
  }
  if (!text.startsWith("//", at + 1) || !isLetter(text.charCodeAt(start))) return at + 1;
  const end = urlEnd(text, at + 3);
  if (end <= at + 3) return at + 3;
  report("url", start, end, 0.95);
  return end;
};

/** An image in Markdown: a client fetches it by itself, and so sends out whatever its URL says. */
const probeImage: Probe = (text, at, report) => {
  if (text.charCodeAt(at + 1) !== 0x5b) return at + 1;
  IMAGE.lastIndex = at;
  if (!IMAGE.test(text)) return at + 1;
  const end = urlEnd(text, IMAGE.lastIndex);
  report("image", at, text[end] === ")" ? end + 1 : end, 0.97);
  return end;
};

/** A domain name around a dot: one that stands alone, with what follows it. */
const probeDot: Probe = (text, at, report) => {
  if (!isWordChar(text.charCodeAt(at + 1)) || !isWordChar(text.charCodeAt(at - 1))) return at + 1;
  let start = at;
  while (start > 0 && at - start < 63 && (isWordChar(text.charCodeAt(start - 1)) || text[start - 1] === "-")) start--;
  const stop = hostStop(text, at);
  const end = domainEnd(text, start);
  if (end < 0 || isPartOfMore(text.charCodeAt(start - 1)) || !isDomain(text, start, end)) return stop;
  const whole = text[end] === "/" || (text[end] === ":" && isAlnum(text.charCodeAt(end + 1))) ? urlEnd(text, end) : end;
  report("domain", start, whole, 0.7);
  return whole;
};

/** Where labels and dots end: up to there no dot has to be looked at again. */
function hostStop(text: string, from: number): number {
  let at = from;
  for (; ; at++) {
    const code = text.charCodeAt(at);
    const goesOn = isWordChar(code) || code === 0x2d || (code === 0x2e && isWordChar(text.charCodeAt(at + 1)));
    if (!goesOn) return at;
  }
}

/** Links: what it looks at in the one pass. */
export function urlSensors(): readonly Sensor[] {
  return [
    { marks: ":", open: () => ({ mark: probeColon }) },
    { marks: "!", open: () => ({ mark: probeImage }) },
    { marks: ".", open: () => ({ mark: probeDot }) },
  ];
}

/** Where a URL ends: white space, quotes and brackets end it, and punctuation at its end belongs to the sentence. */
function urlEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !ENDS.test(text.charAt(at))) at++;
  const least = Math.max(from, at - TRAILING);
  while (at > least && ".,;:!?)]}'*".includes(text.charAt(at - 1))) at--;
  return at;
}

/** More punctuation at its end is the URL's own. */
const TRAILING = 8;
const ENDS = /[\s<>"`|^\\\u201c\u201d\u3000-\u303f]/;

function isScheme(code: number): boolean {
  return isAlnum(code) || code === 0x2b || code === 0x2d;
}

function isPartOfMore(before: number): boolean {
  // an address' domain, a path, a key path
  return before === 0x40 || before === 0x2f || before === 0x2e || before === 0x3d || before === 0x5c || before === 0x24;
}

function isDomain(text: string, start: number, end: number): boolean {
  const labels = text.slice(start, end).split(".");
  const last = labels.at(-1) ?? "";
  const follows = text[end];
  if (follows === "(" || follows === "_" || follows === "-") return false;
  if (GENERIC.has(last) || COUNTRIES.has(last)) return true;
  return WORDS.has(last) && (labels.length > 2 || labels[0] === "www" || follows === "/");
}
