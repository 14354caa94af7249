import { isAlnum, isDigit, isWordChar } from "../chars.ts";
import type { Probe, Report } from "../probe.ts";
import { cardEnd } from "./card.ts";
import { addressBeforeNumber } from "./address.ts";
import { phoneEnd } from "./phone.ts";

/** What a run of digits begins: an IP address, a payment card, a social security or a phone number, the number of a house. */
export const probeNumber: Probe = (text, at, report) => {
  let end = at + 1;
  while (isDigit(text.charCodeAt(end))) end++;
  if (isInside(text, at)) return end;
  const found = ipv4At(text, at, end, report) ?? cardAt(text, at, end, report) ?? ssnAt(text, at, end, report);
  if (found !== undefined) return found;
  const phone = phoneEnd(text, at, end);
  if (phone !== undefined) {
    report("phone", phone.start, phone.end, phone.confidence);
    return phone.end;
  }
  if (end - at <= 4) addressBeforeNumber(text, at, end, report);
  return end;
};

/** Whether the digits are a later part of something: a word, a decimal, a version. */
function isInside(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  if (isWordChar(before)) return true;
  return (before === DOT || before === COMMA || before === HYPHEN) && isDigit(text.charCodeAt(at - 2));
}

function ipv4At(text: string, start: number, groupEnd: number, report: Report): number | undefined {
  if (groupEnd - start > 3 || text.charCodeAt(groupEnd) !== DOT) return undefined;
  let at = start;
  for (let octet = 0; octet < 4; octet++) {
    if (octet > 0 && text.charCodeAt(at++) !== DOT) return undefined;
    const from = at;
    while (isDigit(text.charCodeAt(at)) && at - from < 4) at++;
    const digits = text.slice(from, at);
    if (digits === "" || digits.length > 3 || Number(digits) > 255 || (digits.length > 1 && digits.startsWith("0"))) return undefined;
  }
  const after = text.charCodeAt(at);
  if (isAlnum(after) || (after === DOT && isDigit(text.charCodeAt(at + 1)))) return undefined;
  // nobody's address: this machine, none, everybody
  if (/^(?:127|0|255)\./.test(text.slice(start, start + 4))) return at;
  report("ip", start, at, 0.9);
  return at;
}

function cardAt(text: string, start: number, groupEnd: number, report: Report): number | undefined {
  const end = cardEnd(text, start, groupEnd);
  if (end < 0 || isWordChar(text.charCodeAt(end))) return undefined;
  report("card", start, end, 0.95);
  return end;
}

const SSN = /(\d{3})([- ])(\d{2})\2(\d{4})(?![\w-])/y;
const BARE_SSN = /\b(?:ssn|social security(?: number| no\.?)?)[:# ]{0,3}$/i;

function ssnAt(text: string, start: number, groupEnd: number, report: Report): number | undefined {
  const length = groupEnd - start;
  if (length === 9) {
    if (!BARE_SSN.test(text.slice(Math.max(0, start - 30), start)) || !isIssued(text.slice(start, groupEnd))) return undefined;
    report("ssn", start, groupEnd, 0.9);
    return groupEnd;
  }
  if (length !== 3) return undefined;
  SSN.lastIndex = start;
  const match = SSN.exec(text);
  if (match === null || !isIssued(`${match[1]}${match[3]}${match[4]}`)) return undefined;
  report("ssn", start, SSN.lastIndex, match[2] === "-" ? 0.9 : 0.6);
  return SSN.lastIndex;
}

/** The ranges that are issued: no area 000, 666 or 9xx, no group 00, no serial 0000. */
function isIssued(digits: string): boolean {
  return !/^(?:000|666|9)/.test(digits) && digits.slice(3, 5) !== "00" && digits.slice(5) !== "0000";
}

const DOT = 0x2e;
const COMMA = 0x2c;
const HYPHEN = 0x2d;
